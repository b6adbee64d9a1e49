import { loadInitialConfig, loadNodeConfig } from '../../nodes/config.ts';
import type { MovingOptions } from '../../nodes/moving/join-moves.ts';
import { startInitial } from '../../nodes/start-initial.ts';
import { startNode } from '../../nodes/start-node.ts';
import { createFaultyRegistry } from './faulty-registry.ts';

export interface MoveRole {
  readonly kind: 'initial' | 'trusted';
  readonly folder: string;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** What the test tells a process: an agent that is to stop at a point of its move, and those that may go on. */
export type MoveOrder =
  { readonly kind: 'hold'; readonly agent: string; readonly point: string } | { readonly kind: 'go' };

/** What a process tells: it is up, an agent is at its point, a call of the registry has been struck. */
export type MoveReport =
  | { readonly kind: 'up'; readonly url: string; readonly node: string }
  | { readonly kind: 'held'; readonly agent: string; readonly point: string }
  | { readonly kind: 'struck'; readonly agent: string };

/** A node in a process of its own, whose moves stop where the test wants to kill somebody. */
const [, , text = ''] = process.argv;
const role = JSON.parse(text) as MoveRole;
const holds = new Map<string, string>();
let goOn: (() => void)[] = [];

function tell(report: MoveReport): void {
  process.send?.(report);
}

process.on('message', (order: MoveOrder) => {
  if (order.kind === 'hold') holds.set(order.agent, order.point);
  else {
    holds.clear();
    for (const go of goOn.splice(0)) go();
  }
});
// The test is gone.
process.on('disconnect', () => process.exit());

const moving: MovingOptions = {
  maxAtOnce: 100,
  checkpointEveryMs: 1_000,
  // As if every copy took long.
  copyAgainAfterMs: -1,
  registry: (registry) => createFaultyRegistry(registry, (agent) => tell({ kind: 'struck', agent })),
  onPoint: (point, agent) => {
    if (holds.get(agent) !== point) return undefined;
    holds.delete(agent);
    const held = new Promise<void>((resolve) => goOn.push(resolve));
    tell({ kind: 'held', agent, point });
    return held;
  },
};
const { folder, flags } = role;
const started =
  role.kind === 'initial'
    ? await startInitial({ folder, config: loadInitialConfig(folder, flags), moving })
    : await startNode({ folder, config: loadNodeConfig(folder, { ...flags, kind: role.kind }), moving });
goOn = [];
tell({ kind: 'up', url: started.url, node: started.node });
