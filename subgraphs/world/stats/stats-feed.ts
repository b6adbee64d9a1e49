import type { WorldLog } from '../world-log.ts';
import { Gauge } from './gauge.ts';
import type { Sampled, StatsSample } from './stats-sample.ts';

export interface StatsFeedOptions {
  readonly takeSample: () => Promise<Sampled>;
  readonly store: { add(sampled: Sampled): Promise<void> };
  /** How often a sample is stored. */
  readonly storeEveryMs: number;
  readonly log: WorldLog;
}

/** A sample this young serves again, so that readers with many different intervals do not make a reading each. */
const maxSampleAgeMs = 50;

interface Reader {
  readonly intervalMs: number;
  readonly gauge: Gauge<StatsSample>;
  dueMs: number;
}

/** One timer and one reading for everybody: the history in the database, and however many readers with whatever intervals. */
export class StatsFeed {
  readonly #options: StatsFeedOptions;
  readonly #readers = new Set<Reader>();
  #latest: StatsSample;
  #takenMs: number;
  #storeDueMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(options: StatsFeedOptions, first: StatsSample) {
    this.#options = options;
    this.#latest = first;
    this.#takenMs = performance.now();
    this.#storeDueMs = nextDue(this.#takenMs, options.storeEveryMs);
    this.#schedule();
  }

  /** Takes and stores the first sample, then goes on until closed. */
  static async start(options: StatsFeedOptions): Promise<StatsFeed> {
    const first = await options.takeSample();
    await options.store.add(first);
    return new StatsFeed(options, first.sample);
  }

  /** At most `storeEveryMs` old. */
  get latest(): StatsSample {
    return this.#latest;
  }

  /** The latest sample at once, then one per interval; to a slow reader the newest. Ends with `return()`, the signal, or `close`. */
  watch(intervalMs: number, signal: AbortSignal | undefined): AsyncIterableIterator<StatsSample> {
    const stop = () => void gauge.return();
    const gauge = new Gauge<StatsSample>(() => {
      this.#readers.delete(reader);
      signal?.removeEventListener('abort', stop);
    });
    const reader: Reader = { intervalMs, gauge, dueMs: nextDue(performance.now(), intervalMs) };
    gauge.set(this.#latest);
    if (this.#isClosed || signal?.aborted) {
      stop();
      return gauge;
    }
    signal?.addEventListener('abort', stop);
    this.#readers.add(reader);
    this.#schedule();
    return gauge;
  }

  /** Ends all readers; resolves when nothing touches the database any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const reader of this.#readers) await reader.gauge.return();
    await this.#running;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    let dueMs = this.#storeDueMs;
    for (const reader of this.#readers) dueMs = Math.min(dueMs, reader.dueMs);
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#tick());
    }, dueMs - performance.now());
  }

  async #tick(): Promise<void> {
    // Timers fire up to a millisecond early.
    const nowMs = performance.now() + 1;
    const readers = [...this.#readers].filter((reader) => reader.dueMs <= nowMs);
    const mustStore = this.#storeDueMs <= nowMs;
    // Before anything can fail: what fails is tried again when it is due again.
    for (const reader of readers) reader.dueMs = nextDue(nowMs, reader.intervalMs);
    if (mustStore) this.#storeDueMs = nextDue(nowMs, this.#options.storeEveryMs);
    try {
      if (mustStore || (readers.length > 0 && nowMs - this.#takenMs > maxSampleAgeMs)) {
        const sampled = await this.#options.takeSample();
        this.#latest = sampled.sample;
        this.#takenMs = performance.now();
        if (mustStore) await this.#options.store.add(sampled);
      }
      for (const reader of readers) reader.gauge.set(this.#latest);
    } catch (error) {
      this.#options.log.error({ err: error }, 'statistics could not be taken');
    }
    this.#schedule();
  }
}

/** On a grid of the interval, so that readers with the same interval, or a multiple of it, are due together. */
function nextDue(nowMs: number, intervalMs: number): number {
  return (Math.floor(nowMs / intervalMs) + 1) * intervalMs;
}
