import { parseSnapshot } from '../../subgraphs/world/moving/agent-snapshot.ts';
import { applyDifference, differenceOf } from '../../subgraphs/world/moving/snapshot-difference.ts';
import type { World } from '../../subgraphs/world/subgraph.ts';
import type { MovingWorld } from './moving-world.ts';

/** The agents of a node's world, as those who move them need them. */
export function createMovingWorld({
  moves,
  releaseOrphans,
  startAgents,
}: Pick<World, 'moves' | 'releaseOrphans' | 'startAgents'>): MovingWorld {
  return {
    epochOf: (agent) => moves.epochOf(agent),
    agents: () => moves.agents(),
    snapshot: (agent) => moves.snapshot(agent),
    freeze: (agent, to, alongside) => moves.freeze(agent, to, alongside),
    thaw: (agent) => moves.thaw(agent),
    frozen: () => moves.frozen(),
    parse: parseSnapshot,
    differenceOf,
    applyDifference,
    assertWelcome: (transaction, snapshot) => moves.assertWelcome(transaction, snapshot),
    install: (transaction, snapshot, options) => moves.install(transaction, snapshot, options),
    installed: (agent) => moves.installed(agent),
    remove: (transaction, agent) => moves.remove(transaction, agent),
    giveBack: async (agent) => void (await releaseOrphans([agent])),
    start: () => startAgents(),
    refused: async (agent, reason) => {
      await moves.withdraw(agent);
      await moves.note(agent, reason);
    },
    note: (agent, text) => moves.note(agent, text),
  };
}
