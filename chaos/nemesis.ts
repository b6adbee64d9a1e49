import { setTimeout as delay } from 'node:timers/promises';
import { asError } from '../wire/as-error.ts';
import type { Ledger } from './ledger.ts';
import { type ChaosNetwork, initialName } from './network.ts';
import type { Random } from './random.ts';
import { until } from './until.ts';

export interface Fault {
  /** Since the nemesis began. */
  readonly atMs: number;
  readonly kind: 'kill' | 'cut';
  /** A node; of a cut the port of its proxy. */
  readonly target: string;
  /** Messages that it could have hurt; with none it does not count. */
  readonly atRisk: number;
}

export interface NemesisOptions {
  readonly network: ChaosNetwork;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly nodeKills: number;
  readonly initialKills: number;
  /** Of all connections, how many are cut: 0.05 for five in a hundred. */
  readonly cutShare: number;
  /** Kills are spread over so many acknowledged messages. */
  readonly messages: number;
  readonly onFault: (fault: Fault) => void;
  /** Time is up. */
  readonly signal: AbortSignal;
}

const lookEveryMs = 20;
/** At most so many kills come close together. */
const mostAtOnce = 3;
const withinMs = 1_500;
const mostDownMs = 2_000;

/** Kills processes, one to three about the same time, until the number is full of those that struck; rejects when a process does not come back. */
export async function killProcesses(options: NemesisOptions): Promise<void> {
  const { random, nodeKills, initialKills, ledger, messages, network, signal } = options;
  const all = nodeKills + initialKills;
  const targets = random.shuffle([
    ...Array.from({ length: initialKills }, () => initialName),
    // undefined: any of the others.
    ...Array.from({ length: nodeKills }, () => undefined),
  ]);
  const beginning = Date.now();
  while (targets.length > 0) {
    const due = Math.min(((all - targets.length) / all) * messages, messages * 0.95);
    await until(() => ledger.acknowledged >= due, signal);
    const group = targets.splice(0, 1 + random.below(mostAtOnce));
    const missed = await Promise.all(
      group.map(async (target) => {
        await delay(random.next() * withinMs, undefined, { signal });
        const name = target ?? random.pick(network.nodes) ?? initialName;
        return (await killOnce(name, beginning, options)) ? [] : [target];
      }),
    );
    targets.push(...missed.flat());
  }
}

/** @returns whether it counts */
async function killOnce(
  name: string,
  beginning: number,
  { network, ledger, random, onFault, signal }: NemesisOptions,
): Promise<boolean> {
  await until(() => network.isUp(name), signal);
  if (random.next() < 0.5) await nextPromise(name, ledger, signal);
  if (!network.isUp(name)) return false;
  const atRisk = ledger.atRisk(name === initialName ? undefined : name);
  const gone = network.kill(name);
  onFault({ atMs: Date.now() - beginning, kind: 'kill', target: name, atRisk });
  await gone;
  await delay(random.next() * mostDownMs, undefined, { signal });
  await network.start(name);
  return atRisk > 0;
}

/** At the very moment at which the node has promised something: where the promise came before the disk, this is when it shows. */
function nextPromise(name: string, ledger: Ledger, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    const done = (): void => {
      end();
      resolve();
    };
    const aborted = (): void => {
      end();
      reject(asError(signal.reason));
    };
    const stop = ledger.onAcknowledged((message) => {
      if (name === initialName || ledger.concerns(message, name)) done();
    });
    // With nobody to promise to, it dies as others do.
    const timer = setTimeout(done, mostDownMs);
    signal.addEventListener('abort', aborted);
  });
}

/** Cuts connections in the middle of what they carry, at all times as many as `cutShare` asks for. Until `enough`, and the share is full. */
export async function cutConnections(options: NemesisOptions, enough: () => boolean): Promise<void> {
  const { network, random, cutShare, ledger, onFault, signal } = options;
  const beginning = Date.now();
  let struck = 0;
  const wanted = () => Math.max(1, Math.ceil(cutShare * countConnections(network)));
  while (!enough()) {
    await delay(lookEveryMs, undefined, { signal });
    const open = network.proxies.flatMap(({ port, connections }) =>
      [...connections].map((connection) => ({ port, connection })),
    );
    const armed = open.filter(({ connection }) => connection.isArmed).length;
    if (struck + armed >= wanted()) continue;
    const choice = random.pick(open.filter(({ connection }) => !connection.isArmed));
    choice?.connection.cutInTheMiddle(() => {
      const atRisk = ledger.atRisk();
      if (atRisk > 0) struck += 1;
      onFault({ atMs: Date.now() - beginning, kind: 'cut', target: String(choice.port), atRisk });
    });
  }
}

/** How many connections there have been. */
export function countConnections({ proxies }: Pick<ChaosNetwork, 'proxies'>): number {
  return proxies.reduce((sum, { opened }) => sum + opened, 0);
}
