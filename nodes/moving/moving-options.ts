import type { Traffic } from '../../subgraphs/traffic/traffic.ts';
import type { Log } from '../log.ts';
import type { NodeDatabase } from '../open-tables.ts';
import type { MoveFiles } from './move-files.ts';
import type { MoveRegistry } from './move-registry.ts';
import type { MoveWatch } from './move-watch.ts';
import type { MovingWorld } from './moving-world.ts';

/** Places of a move at which a process may be killed in a test; each is told before and after what it is named for. */
export type MovePoint = `${'before' | 'after'} ${
  | 'begin'
  | 'copy'
  | 'accept'
  | 'copy again'
  | 'accept again'
  | 'freeze'
  | 'rest'
  | 'arrive'
  | 'commit'
  | 'activate'
  | 'confirm'
  | 'release'
  | 'resume'}`;

/** What both sides of a move work with. */
export interface MovingTools {
  /** This node's id. */
  readonly node: string;
  readonly db: NodeDatabase;
  readonly world: MovingWorld;
  readonly traffic: Traffic;
  readonly registry: MoveRegistry;
  readonly files: MoveFiles;
  readonly watch: MoveWatch;
  /** In milliseconds: a copy that took longer is followed by another one. */
  readonly copyAgainAfterMs: number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly onPoint: (point: MovePoint, agent: string) => void | Promise<void>;
}
