import { z } from 'zod';
import { limits } from '../schema/limits.ts';
import type { World } from '../subgraphs/world/subgraph.ts';
import { codedError } from '../wire/coded-error.ts';
import type { AskNode } from './ask-node.ts';
import type { DirectLinks } from './direct-links.ts';
import type { Log } from './log.ts';
import { field } from './network-questions.ts';

export interface ReportStatsOptions {
  /** The node that keeps them. */
  readonly to: string;
  readonly ask: AskNode;
  readonly world: Pick<World, 'minutesAfter'>;
  readonly log: Log;
  /** Each tells when some node can be reached, and returns what ends that. */
  readonly onMember: (listener: () => void) => () => void;
  readonly links: Pick<DirectLinks, 'onUp'>;
  readonly everyMs?: number;
}

/**
 * Sends this node's statistics to another one, again and again, until it is closed; that resolves when nothing is being sent. What has been sent is known to whoever keeps it, and asked for whenever that is not certain; so each minute is there once, whatever is lost on the way. What
 * cannot be sent is kept here for as long as minutes are, and sent when it can be.
 */
export function reportStats(options: ReportStatsOptions): () => Promise<void> {
  const { to, ask, world, log, everyMs = limits.reportEveryMs } = options;
  /** The latest minute that is there; undefined while that is not known. */
  let kept: string | null | undefined;
  let sending: Promise<void> | undefined;
  let isClosed = false;
  let failures = 0;

  const send = async (samples: readonly unknown[]): Promise<string | null> => {
    const data = await ask(to, {
      shape: 'reports',
      query: 'mutation ($samples: [SampleInput!]!) { reportStats(samples: $samples) }',
      variables: { samples },
    });
    return latest.parse(data);
  };
  const sendAll = async (): Promise<void> => {
    kept ??= await send([]);
    while (!isClosed) {
      const samples = await world.minutesAfter(kept ?? '', limits.maxReportedSamples);
      const newest = samples.at(-1)?.at;
      if (newest === undefined) return;
      const now = await send(samples);
      if (now === null || now < newest)
        throw codedError('CONFLICT', `Expected ${to} to keep all up to ${newest}, got ${now}`);
      kept = now;
    }
  };
  const report = (): void => {
    sending ??= sendAll()
      .then(() => void (failures = 0))
      .catch((err: unknown) => {
        kept = undefined;
        failures += 1;
        // Not at first, when no link is up yet, and not every minute of a night in which the other node is away.
        if (failures === 2) log.warn({ err, to }, 'statistics could not be sent, and wait here');
      })
      .finally(() => {
        sending = undefined;
      });
  };
  const timer = setInterval(report, everyMs);
  timer.unref();
  const stops = [options.onMember(report), options.links.onUp((node) => node === to && report())];
  report();
  return async () => {
    isClosed = true;
    clearInterval(timer);
    for (const stop of stops) stop();
    await sending;
  };
}

const latest = field('reportStats', z.string().nullable());
