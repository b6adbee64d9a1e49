import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../schema/limits.ts';
import { type DeliveryRun, pairs, startHome } from './messages/deliver.ts';
import { startBenchNetwork } from './messages/network.ts';
import { insertRaw } from './messages/raw-sqlite.ts';
import { type Published, type Sends, openSends } from './messages/sends.ts';
import { formatTable, median } from './table.ts';

const rounds = 5;
const messagesPerRound = 20_000;
const largeGroup = 64;
const sendsPerRound = 3_000;
const calmRate = 1_000;

/**
 * Durable messages into one node by its link, beside the same rows straight into SQLite; single messages by the graph; and how long one takes to
 * the handler of who follows the inbox.
 */
export async function benchMessages(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-bench-'));
  try {
    await benchDeliveries(folder);
    await benchSends(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchDeliveries(folder: string): Promise<void> {
  const home = await startHome(join(folder, 'home.db'));
  try {
    const raw = (group: number): Promise<number> => {
      const rows = Math.floor(messagesPerRound / group) * group;
      return insertRaw(join(folder, 'raw.db'), { rows, group });
    };
    const runs: (DeliveryRun & { readonly raw50: number; readonly raw64: number })[] = [];
    // Round 0 is printed and not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const run = {
        ...(await home.deliver(messagesPerRound)),
        raw50: await raw(limits.maxDeliveries),
        raw64: await raw(largeGroup),
      };
      if (round > 0) runs.push(run);
      console.log(`round ${round}: ${describe(run)}`);
    }
    const middle = (field: keyof (typeof runs)[number]): number => median(runs.map((run) => run[field]));
    const raw50 = middle('raw50');
    console.log(
      formatTable({
        title: `messages: durable per second into one node, medians of ${rounds} interleaved rounds (load ${loadavg()[0]?.toFixed(1)})`,
        columns: ['', 'messages/s', 'to raw', 'CPU of the home, µs each', 'of the sender'],
        rows: [
          [
            `by its link, ${pairs} batches of ${limits.maxDeliveries} under way`,
            middle('perSecond'),
            middle('perSecond') / raw50,
            middle('homeUs'),
            middle('senderUs'),
          ],
          [`raw SQLite in groups of ${limits.maxDeliveries}`, raw50, 1, '', ''],
          [`raw SQLite in groups of ${largeGroup}`, middle('raw64'), middle('raw64') / raw50, '', ''],
        ],
      }),
    );
  } finally {
    await home.close();
  }
}

function describe(run: DeliveryRun & { readonly raw50: number; readonly raw64: number }): string {
  const [link, raw50, raw64] = [run.perSecond, run.raw50, run.raw64].map((value) => `${Math.round(value)}/s`);
  return `by the link ${link} (home ${run.homeUs.toFixed(0)} µs of CPU each), raw ${raw50} and ${raw64}`;
}

async function benchSends(folder: string): Promise<void> {
  const place = join(folder, 'network');
  mkdirSync(place);
  const network = await startBenchNetwork(place);
  const sends = openSends(network);
  try {
    await sends.flood(sendsPerRound);
    const flood = await sends.flood(sendsPerRound);
    const calm = await publish(sends, calmRate);
    const slow = await publish(sends, calmRate / 4);
    console.log(
      formatTable({
        title: `messages: single ones by the graph to an agent on another node (load ${loadavg()[0]?.toFixed(1)})`,
        columns: ['', 'messages/s', 'p50, ms', 'p99, ms'],
        rows: [
          ['64 clients at once, to the receipt', flood.perSecond, flood.p50Ms, flood.p99Ms],
          [
            `at ${calmRate}/s, to the handler (medians of ${rounds} runs)`,
            calm.perSecond,
            calm.p50Ms,
            calm.p99Ms,
          ],
          [`at ${calmRate / 4}/s, to the handler`, slow.perSecond, slow.p50Ms, slow.p99Ms],
        ],
      }),
    );
  } finally {
    await sends.close();
    await network.close();
  }
}

/** The median of each figure over some runs: one run has the luck of the machine. */
async function publish(sends: Sends, perSecond: number): Promise<Published> {
  const runs: Published[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const run = await sends.publish({ perSecond, seconds: 3 });
    console.log(`at ${perSecond}/s: p50 ${run.p50Ms.toFixed(1)} ms, p99 ${run.p99Ms.toFixed(1)} ms`);
    runs.push(run);
  }
  const middle = (field: keyof Published): number => median(runs.map((run) => run[field]));
  return { perSecond: middle('perSecond'), p50Ms: middle('p50Ms'), p99Ms: middle('p99Ms') };
}
