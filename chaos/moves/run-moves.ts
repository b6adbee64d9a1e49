import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NetworkClient } from '../../client/connect.ts';
import { SetAgentStatusDocument } from '../../client/generated/graphql.ts';
import { deployAgents } from '../deploy-agents.ts';
import { type Pair, drive } from '../drive.ts';
import { Ledger } from '../ledger.ts';
import { type ChaosNetwork, initialName, person, startChaosNetwork } from '../network.ts';
import { type Random, createRandom } from '../random.ts';
import { readOwnFaults } from '../read-own-faults.ts';
import { untilDone } from '../until-done.ts';
import { type MoveViolations, checkHistory } from './check-history.ts';
import type { AgentSeen, History } from './history.ts';
import { moveAgents } from './move-agents.ts';
import { MoveBoard } from './move-board.ts';
import { readDisk } from './read-disk.ts';
import { type Strike, type StrikeKind, strikeMoves } from './strike-moves.ts';
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

/** Moves that are under way at once. */
const lanes = 6;
const senders = 8;
/** Of a sender, after each message: slower than agents may print. */
const pauseMs = 250;
/** Of so many messages one asks the agent's program to write to another agent, and one to go to another node. */
const tellEvery = 2;
const goEvery = 40;
/** What has come to no end so long after the last strike will not: longer than the longest wait between two tries. */
const patienceMs = 60_000;
const lookEveryMs = 100;

interface Stage {
  readonly network: ChaosNetwork;
  readonly client: NetworkClient;
  readonly board: MoveBoard;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly agents: readonly string[];
  readonly signal: AbortSignal;
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
        storm(stage, { ...options, onStrike: (strike) => strikes.push(strike) }),
        watching.ended,
      ]);
      await Promise.race([settle(stage, watching), watching.ended]);
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

async function storm(
  stage: Stage,
  options: Pick<RunMovesOptions, 'moves' | 'strikes'> & { readonly onStrike: (strike: Strike) => void },
): Promise<void> {
  const { network, board, agents, random } = stage;
  let isCalm = false;
  const nodes = [initialName, ...network.nodes];
  const isEnough = (): boolean => isCalm && board.begun >= options.moves;
  const bodyOf = ({ source, inbox }: Pair, number: number): unknown => ({
    series: source,
    number,
    ...(random.below(tellEvery) === 0
      ? { tell: random.pick(agents.filter((agent) => agent !== inbox)) }
      : {}),
    ...(random.below(goEvery) === 0 ? { go: random.pick(nodes) } : {}),
  });
  const pairs = [person.username, ...agents].flatMap((source) =>
    agents.filter((inbox) => inbox !== source).map((inbox) => ({ source, inbox })),
  );
  await Promise.all([
    strikeMoves({ ...stage, ...options }).then(() => {
      isCalm = true;
    }),
    moveAgents({ ...stage, nodes, lanes: Math.min(lanes, agents.length), isEnough }),
    drive({ ...stage, pairs, lanes: senders, isEnough, bodyOf, pauseMs }),
  ]);
}

/** Resolves when nothing is on its way any more, agents stand still and the feeds have told all, or when that does not come. */
async function settle({ network, client, board, agents, signal }: Stage, watching: Watching): Promise<void> {
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

function readDisks(network: ChaosNetwork): Pick<History, 'agents' | 'left'> {
  const disks = [initialName, ...network.nodes].map((node) => readDisk(network.folderOf(node), node));
  return {
    agents: disks.flatMap(({ agents }) => agents),
    left: disks.flatMap(({ left }) => left),
  };
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
