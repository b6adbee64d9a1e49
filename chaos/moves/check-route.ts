import type { History } from './history.ts';

/** Where an agent has lived, as its moves come to it. */
export interface Route {
  /** By epoch. */
  readonly nodes: ReadonlyMap<number, string>;
  /** Moves that do not begin where and when the one before has ended, or that do not come to where the agent is. */
  readonly faults: readonly string[];
}

/** Follows the moves of an agent from its first home on. */
export function checkRoute({ moves, homes }: Pick<History, 'moves' | 'homes'>, agent: string): Route {
  const own = moves.filter((move) => move.agent === agent);
  const home = homes.get(agent);
  let node = own[0]?.source ?? home?.node ?? '';
  let epoch = 1;
  const nodes = new Map([[epoch, node]]);
  const faults: string[] = [];
  for (const move of own) {
    if (move.source !== node || move.epoch !== epoch)
      faults.push(`${agent} went from ${move.source} at epoch ${move.epoch}, and was on ${node} at ${epoch}`);
    if (move.state !== 'DONE' && move.state !== 'COMMITTED') continue;
    node = move.target;
    epoch = move.epoch + 1;
    nodes.set(epoch, node);
  }
  if (home?.node !== node || home.epoch !== epoch)
    faults.push(`${agent} went to ${node} at epoch ${epoch}, and is on ${home?.node} at ${home?.epoch}`);
  return { nodes, faults };
}
