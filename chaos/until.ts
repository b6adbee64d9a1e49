import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 10;

/** Resolves when it is so; rejects when `signal` says that time is up. */
export async function until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
  while (!isSo()) await delay(lookEveryMs, undefined, { signal });
}
