import { limits } from '../schema/limits.ts';
import type { RetryOptions } from '../wire/keep-connected.ts';

/** One attempt, from its start to its end. */
export interface Attempt {
  /** It stands. At most once. */
  readonly onOpen: () => void;
  /** It has ended, or never stood; once. `leaveAloneMs`: what the far end wants to be left alone for. */
  readonly onEnd: (leaveAloneMs?: number) => void;
}

export interface KeepOpenOptions extends RetryOptions {
  /** Starts an attempt, and returns what ends it; `onEnd` follows, never within `open` itself. */
  readonly open: (attempt: Attempt) => () => void;
  /** Another attempt follows after so long. */
  readonly onWait: (waitMs: number) => void;
}

/** Opens something at once and again whenever it ends, after a random part of a time that doubles from failure to failure (full jitter). */
export function keepOpen(options: KeepOpenOptions): { close(): Promise<void> } {
  const { retryFirstMs = limits.tunnelRetryFirstMs, retryCapMs = limits.tunnelRetryCapMs } = options;
  const { random = Math.random, now = () => performance.now(), wait = waitByTimer } = options;
  let phase: { readonly name: 'open' | 'waiting'; readonly stop: () => void } | { readonly name: 'closed' };
  let failures = 0;
  let closing: Promise<void> | undefined;
  let gone: () => void = () => undefined;

  const attempt = (): void => {
    let openedAt = Infinity;
    const stop = options.open({
      onOpen: () => {
        openedAt = now();
      },
      onEnd: (leaveAloneMs = 0) => {
        // One that lets us in and drops us at once has failed as well.
        failures = now() - openedAt >= retryCapMs ? 0 : failures + 1;
        if (closing) {
          phase = { name: 'closed' };
          return gone();
        }
        const capMs = Math.min(retryCapMs, retryFirstMs * 2 ** Math.max(0, failures - 1));
        const waitMs = leaveAloneMs + random() * capMs;
        phase = { name: 'waiting', stop: wait(waitMs, attempt) };
        options.onWait(waitMs);
      },
    });
    phase = { name: 'open', stop };
  };
  phase = { name: 'closed' };
  attempt();
  return {
    close() {
      closing ??= new Promise((resolve) => {
        gone = resolve;
        if (phase.name !== 'closed') phase.stop();
        if (phase.name !== 'open') resolve();
      });
      return closing;
    },
  };
}

function waitByTimer(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}
