import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkClient } from '../../client/connect.ts';
import { MoveAgentDocument } from '../../client/generated/graphql.ts';
import { RequestError } from '../../client/request-error.ts';
import type { Random } from '../random.ts';
import type { MoveBoard } from './move-board.ts';
import { invariant } from '../../wire/invariant.ts';

export interface MoveAgentsOptions {
  readonly client: NetworkClient;
  readonly board: MoveBoard;
  readonly random: Random;
  readonly agents: readonly string[];
  readonly nodes: readonly string[];
  /** How many agents are on their way at once. */
  readonly lanes: number;
  /** Looked at before each move. */
  readonly isEnough: () => boolean;
  /** Time is up. */
  readonly signal: AbortSignal;
}

const lookEveryMs = 20;

/** Moves agents at random, each again when it has come or has been given up. Resolves when it is enough; rejects with what does not pass by itself. */
export async function moveAgents({ agents, lanes, ...options }: MoveAgentsOptions): Promise<void> {
  await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      moveSome(
        agents.filter((__, index) => index % lanes === lane),
        options,
      ),
    ),
  );
}

async function moveSome(
  agents: readonly string[],
  { client, board, random, nodes, isEnough, signal }: Omit<MoveAgentsOptions, 'agents' | 'lanes'>,
): Promise<void> {
  while (!isEnough()) {
    const agent = random.pick(agents);
    invariant(agent !== undefined, 'a lane has agents');
    const home = board.homes().get(agent)?.node;
    const to = random.pick(nodes.filter((node) => node !== home)) ?? '';
    await client.mutate(MoveAgentDocument, { id: agent, to }, { signal }).catch((error: unknown) => {
      // Whoever asks may hear nothing of it; that the agent went there meanwhile, or goes already, is no fault.
      if (!(error instanceof RequestError)) throw error;
    });
    while (board.underWay().some((move) => move.agent === agent)) {
      await delay(lookEveryMs, undefined, { signal });
    }
    await delay(lookEveryMs, undefined, { signal });
  }
}
