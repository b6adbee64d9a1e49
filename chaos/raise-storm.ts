import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkClient } from '../client/connect.ts';
import { type Pair, drive } from './drive.ts';
import type { Ledger } from './ledger.ts';
import { type Fault, countConnections, cutConnections, killProcesses } from './nemesis.ts';
import { type ChaosNetwork, initialName, person } from './network.ts';
import type { Random } from './random.ts';
import { collect, follow } from './receive.ts';

export interface StormOptions {
  /** At the least: senders go on until all faults have struck. */
  readonly messages: number;
  readonly nodeKills: number;
  readonly initialKills: number;
  /** Of all connections, how many are cut: 0.05 for five in a hundred. */
  readonly cutShare: number;
  /** Told each second how far it is. */
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly seconds: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly arrived: number;
  readonly atRisk: number;
  readonly faults: readonly Fault[];
  readonly connections: number;
  /** Names of processes that do not listen now. */
  readonly down: readonly string[];
}

/** Where it happens, and to whom. */
export interface Stage {
  readonly network: ChaosNetwork;
  readonly client: NetworkClient;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly agents: readonly string[];
  /** Time is up. */
  readonly over: AbortSignal;
}

const lanes = 64;
/** What has not arrived so long after the one before is not expected any more: twice the longest wait between two tries. */
const patienceMs = 30_000;

/** Has agents and their person write to agents while faults strike; resolves when all that was sent has arrived, or nothing more does. */
export async function raiseStorm(stage: Stage, options: StormOptions): Promise<Progress> {
  const { network, client, ledger, agents, over } = stage;
  const faults: Fault[] = [];
  const beginning = Date.now();
  const progress = (): Progress => ({
    seconds: (Date.now() - beginning) / 1_000,
    sent: ledger.sent,
    acknowledged: ledger.acknowledged,
    arrived: ledger.arrived,
    atRisk: ledger.atRisk(),
    faults,
    connections: countConnections(network),
    down: [initialName, ...network.nodes].filter((name) => !network.isUp(name)),
  });
  const ending = new AbortController();
  const signal = AbortSignal.any([over, ending.signal]);
  // One listener for each sender, receiver and request, however many.
  setMaxListeners(0, over, signal);
  const ticking = setInterval(() => options.onProgress(progress()), 1_000);
  try {
    const receiving = agents.map((agent, index) =>
      (index % 2 === 0 ? follow : collect)({ client, ledger, agent, signal }),
    );
    const working = sendAndStrike({ ...stage, ...options, signal, onFault: (fault) => faults.push(fault) });
    // A receiver ends only by a fault.
    await Promise.race([working, ...receiving]);
    await Promise.race([waitForAll(ledger, signal), ...receiving]);
    return progress();
  } finally {
    ending.abort();
    clearInterval(ticking);
  }
}

type Work = Stage & StormOptions & { readonly signal: AbortSignal; readonly onFault: (fault: Fault) => void };

async function sendAndStrike(work: Work): Promise<void> {
  const { ledger, messages, agents } = work;
  let isCalm = false;
  let areKilled = false;
  const killing = async (): Promise<void> => {
    await killProcesses(work);
    areKilled = true;
  };
  const cutting = async (): Promise<void> => {
    await cutConnections(work, () => areKilled && ledger.acknowledged >= messages);
    isCalm = true;
  };
  await Promise.all([
    killing(),
    cutting(),
    drive({ ...work, lanes, pairs: pairsOf(agents), isEnough: () => isCalm }),
  ]);
}

function pairsOf(agents: readonly string[]): readonly Pair[] {
  const sources = [person.username, ...agents];
  return sources.flatMap((source) =>
    agents.filter((inbox) => inbox !== source).map((inbox) => ({ source, inbox })),
  );
}

async function waitForAll(ledger: Ledger, signal: AbortSignal): Promise<void> {
  let last = { arrived: ledger.arrived, at: Date.now() };
  while (ledger.arrived < ledger.sent && Date.now() - last.at < patienceMs) {
    await delay(50, undefined, { signal });
    if (ledger.arrived > last.arrived) last = { arrived: ledger.arrived, at: Date.now() };
  }
  // A duplicate comes right behind.
  await delay(1_000, undefined, { signal });
}
