import { closeCodes } from '../schema/close-codes.ts';
import { limits } from '../schema/limits.ts';
import {
  type Connection,
  type ConnectionEnd,
  type ConnectionOptions,
  openConnection,
} from './open-connection.ts';

export interface RetryOptions {
  /** Upper bound of the first wait; doubles with each failure. Defaults to `limits.linkRetryFirstMs`. */
  readonly retryFirstMs?: number | undefined;
  /** Upper bound of every wait. Defaults to `limits.linkRetryCapMs`. */
  readonly retryCapMs?: number | undefined;
  readonly random?: (() => number) | undefined;
  readonly now?: (() => number) | undefined;
  /** Calls back once after so long, unless the returned function is called before. */
  readonly wait?: ((ms: number, then: () => void) => () => void) | undefined;
}

export interface KeepConnectedOptions extends RetryOptions {
  /** Asked before each attempt. */
  readonly connection: () => Omit<ConnectionOptions, 'onOpen' | 'onClose'>;
  readonly onOpen: (connection: Connection, welcome: unknown) => void;
  /** After each connection that ended and each attempt that failed; another follows unless `close` was called. */
  readonly onClose: (end: ConnectionEnd) => void;
}

export interface KeptConnection {
  /** Ends a wait for the next attempt: there is reason to believe that it would succeed. */
  retryNow(): void;
  /** Says goodbye and stops for good; resolves when the socket is gone. Idempotent. */
  close(): Promise<void>;
}

type Phase =
  | { readonly name: 'connected'; readonly connection: Connection }
  | { readonly name: 'waiting'; readonly stopWaiting: () => void }
  | { readonly name: 'closed' };

/** Dials at once, and again whenever the connection ends: after a random part of a time that doubles from failure to failure (full jitter). */
export function keepConnected(options: KeepConnectedOptions): KeptConnection {
  const { retryFirstMs = limits.linkRetryFirstMs, retryCapMs = limits.linkRetryCapMs } = options;
  const { random = Math.random, now = () => performance.now(), wait = waitByTimer } = options;
  let phase: Phase;
  let failures = 0;
  let closing: Promise<void> | undefined;
  let gone: () => void = () => undefined;

  const dial = (): void => {
    let openedAt = Infinity;
    const connection = openConnection({
      ...options.connection(),
      onOpen: (welcome) => {
        openedAt = now();
        options.onOpen(connection, welcome);
      },
      onClose: (end) => {
        // One that lets us in and drops us at once has failed as well.
        failures = now() - openedAt >= retryCapMs ? 0 : failures + 1;
        if (closing) phase = { name: 'closed' };
        else rest();
        options.onClose(end);
        gone();
      },
    });
    phase = { name: 'connected', connection };
  };
  const rest = (): void => {
    const capMs = Math.min(retryCapMs, retryFirstMs * 2 ** Math.max(0, failures - 1));
    phase = { name: 'waiting', stopWaiting: wait(random() * capMs, dial) };
  };
  const stop = async (): Promise<void> => {
    if (phase.name === 'waiting') phase.stopWaiting();
    if (phase.name !== 'connected') {
      phase = { name: 'closed' };
      return;
    }
    const { connection } = phase;
    await new Promise<void>((resolve) => {
      gone = resolve;
      connection.close(closeCodes.NORMAL, 'Closed');
    });
  };

  phase = { name: 'waiting', stopWaiting: () => undefined };
  dial();
  return {
    retryNow() {
      if (closing || phase.name !== 'waiting') return;
      phase.stopWaiting();
      dial();
    },
    close() {
      closing ??= Promise.resolve().then(stop);
      return closing;
    },
  };
}

function waitByTimer(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}
