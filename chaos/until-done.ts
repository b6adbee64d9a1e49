import { setTimeout as delay } from 'node:timers/promises';
import { RequestError } from '../client/request-error.ts';

const retryMs = { least: 20, most: 400 } as const;

/**
 * Does it again until it is done: after faults that pass by themselves, of which there are many here. Rejects with any other, and when `signal`
 * says that time is up.
 */
export async function untilDone<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof RequestError && error.isTemporary)) throw error;
      const waitMs = retryMs.least + Math.random() * (retryMs.most - retryMs.least);
      await delay(waitMs, undefined, { signal });
    }
  }
}
