import { loadInitialConfig, loadNodeConfig } from '../../nodes/config.ts';
import type { MovePoint } from '../../nodes/moving/moving-options.ts';
import { startInitial } from '../../nodes/start-initial.ts';
import { startNode } from '../../nodes/start-node.ts';

export interface MoveBenchRole {
  readonly kind: 'initial' | 'trusted' | 'local';
  readonly folder: string;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** What a process tells: it is up, a move is at a point, by the one clock of the machine. */
export type MoveBenchReport =
  | { readonly kind: 'up'; readonly url: string }
  | { readonly kind: 'point'; readonly point: MovePoint; readonly agent: string; readonly atMs: number };

/** A node in a process of its own, as real ones are. */
const role = JSON.parse(process.argv[2] ?? '') as MoveBenchRole;
const tell = (report: MoveBenchReport): void => void process.send?.(report);
// The measurement is over.
process.on('disconnect', () => process.exit());
const moving = {
  onPoint: (point: MovePoint, agent: string) =>
    tell({ kind: 'point', point, agent, atMs: Number(process.hrtime.bigint()) / 1e6 }),
};
const { kind, folder, flags } = role;
const started =
  kind === 'initial'
    ? await startInitial({ folder, config: loadInitialConfig(folder, flags), moving })
    : await startNode({ folder, config: loadNodeConfig(folder, { ...flags, kind }), moving });
tell({ kind: 'up', url: started.url });
