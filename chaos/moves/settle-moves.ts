import { setTimeout as delay } from 'node:timers/promises';
import { SetAgentStatusDocument } from '../../client/generated/graphql.ts';
import { type ChaosNetwork, initialName } from '../network.ts';
import { untilDone } from '../until-done.ts';
import type { AgentSeen, History } from './history.ts';
import { readDisk } from './read-disk.ts';
import type { Stage } from './stage.ts';
import type { Watching } from './watch-travellers.ts';

/** What has come to no end so long after the last strike will not: longer than the longest wait between two tries. */
const patienceMs = 60_000;
const lookEveryMs = 100;

/** Resolves when nothing is on its way any more, agents stand still and the feeds have told all, or when that does not come. */
export async function settleMoves(
  { network, client, board, agents, signal }: Stage,
  watching: Watching,
): Promise<void> {
  const disks = () => readDisks(network);
  const inTime = async (isSo: () => boolean): Promise<void> => {
    const until = Date.now() + patienceMs;
    while (!isSo() && Date.now() < until) await delay(lookEveryMs, undefined, { signal });
  };
  const isQuiet = (): boolean => {
    const { agents: seen, left } = disks();
    return (
      board.underWay().length === 0 &&
      left.length === 0 &&
      seen.every(({ acknowledged, lastSequence }) => acknowledged === lastSequence)
    );
  };
  await inTime(isQuiet);
  for (const id of agents) {
    await untilDone(
      () => client.mutate(SetAgentStatusDocument, { id, status: 'STOPPED' }, { signal }),
      signal,
    );
  }
  const isTold = ({ agent, memory, lastSequence }: AgentSeen): boolean =>
    watching.logs.get(agent)?.at(-1)?.input === Object(memory).inputs &&
    watching.mail.get(agent)?.at(-1)?.sequence === lastSequence;
  await inTime(() => disks().agents.every(isTold));
}

/** What all nodes have. */
export function readDisks(network: ChaosNetwork): Pick<History, 'agents' | 'left'> {
  const disks = [initialName, ...network.nodes].map((node) => readDisk(network.folderOf(node), node));
  return {
    agents: disks.flatMap(({ agents }) => agents),
    left: disks.flatMap(({ left }) => left),
  };
}
