import { setMaxListeners } from 'node:events';
import { connect } from '../../client/connect.ts';
import { deployAgents } from '../deploy-agents.ts';
import { Ledger } from '../ledger.ts';
import { initialName, startChaosNetwork } from '../network.ts';
import { createRandom } from '../random.ts';
import { readOwnFaults } from '../read-own-faults.ts';
import { type MoveViolations, checkHistory } from './check-history.ts';
import type { History } from './history.ts';
import { MoveBoard } from './move-board.ts';
import { raiseMoveStorm } from './raise-move-storm.ts';
import { readDisks, settleMoves } from './settle-moves.ts';
import type { Stage } from './stage.ts';
import type { Strike, StrikeKind } from './strike-moves.ts';
import { travellerProgram } from './traveller.ts';
import { type Watching, watchTravellers } from './watch-travellers.ts';

export interface RunMovesOptions {
  /** Empty; what the processes keep and print stands below it. */
  readonly folder: string;
  readonly seed: number;
  readonly nodes: number;
  readonly agents: number;
  /** At the least: agents go on until all has struck. */
  readonly moves: number;
  readonly strikes: Readonly<Record<StrikeKind, number>>;
  /** All of it has to be over within this time. */
  readonly timeoutMs: number;
  /** Told each second how far it is. */
  readonly onProgress: (progress: MovesProgress) => void;
}

export interface MovesProgress {
  readonly seconds: number;
  /** Moves that were begun, and how many are under way. */
  readonly begun: number;
  readonly underWay: number;
  readonly acknowledged: number;
  /** Inputs that agents' programs have handled. */
  readonly handled: number;
  readonly strikes: readonly Strike[];
}

export interface MovesReport extends MovesProgress {
  readonly violations: MoveViolations;
  /** How moves have ended. */
  readonly ends: Readonly<Record<string, number>>;
  /** Lines in which a process speaks of a fault of its own. */
  readonly ownFaults: readonly string[];
}

/**
 * Moves agents between real nodes while they are written to, write to each other and wait for timers, and while processes are killed and stopped and
 * connections cut; then holds what they have done against what they were sent. Rejects when it cannot come to its end: time is up, a process does not
 * come back, or somebody gets an error that does not pass by itself.
 */
export async function runMoves(options: RunMovesOptions): Promise<MovesReport> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  setMaxListeners(0, signal);
  const network = await startChaosNetwork(options.folder, options.nodes);
  const client = connect(network.url);
  const board = new MoveBoard(network.folderOf(initialName));
  const random = createRandom(options.seed);
  const ledger = new Ledger(() => initialName);
  const strikes: Strike[] = [];
  const beginning = Date.now();
  try {
    const homes = await deployAgents(client, network.nodes, {
      count: options.agents,
      code: travellerProgram,
      start: true,
      signal,
    });
    const agents = [...homes.keys()];
    const stage = { network, client, board, ledger, random, agents, signal };
    const watching = watchTravellers(client, agents);
    const progress = (): MovesProgress => ({
      seconds: (Date.now() - beginning) / 1_000,
      begun: board.begun,
      underWay: board.underWay().length,
      acknowledged: ledger.acknowledged,
      handled: [...watching.logs.values()].reduce((sum, { length }) => sum + length, 0),
      strikes,
    });
    const ticking = setInterval(() => options.onProgress(progress()), 1_000);
    try {
      await Promise.race([
        raiseMoveStorm(stage, { ...options, onStrike: (strike) => strikes.push(strike) }),
        watching.ended,
      ]);
      await Promise.race([settleMoves(stage, watching), watching.ended]);
    } finally {
      clearInterval(ticking);
    }
    const history = readHistory(stage, watching);
    return {
      ...progress(),
      violations: checkHistory(history),
      ends: countEnds(history),
      ownFaults: readOwnFaults(options.folder),
    };
  } finally {
    client.close();
    board.close();
    await network.close();
  }
}

function readHistory({ network, board, ledger }: Stage, { logs, mail }: Watching): History {
  const sent = [...ledger.rows()];
  return { sent, logs, mail, moves: board.all(), homes: board.homes(), ...readDisks(network) };
}

function countEnds({ moves }: History): Readonly<Record<string, number>> {
  const ends: Record<string, number> = {};
  for (const { state } of moves) ends[state] = (ends[state] ?? 0) + 1;
  return ends;
}
