import { setTimeout as delay } from 'node:timers/promises';
import { errorCodes } from '../../schema/error-codes.ts';
import { limits } from '../../schema/limits.ts';
import { codeOf } from '../../wire/code-of.ts';

export interface PersistOptions {
  /** Rejects then, with its reason. */
  readonly signal: AbortSignal;
  /** How often it is tried; for ever when absent. */
  readonly tries?: number;
}

/** Does something that may be done again until it succeeds; what would fail again is not tried again. Rejects as the last try. */
export async function persist<T>(
  work: () => Promise<T>,
  { signal, tries = Infinity }: PersistOptions,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (failures + 1 >= tries || !mayPass(error)) throw error;
    }
    const cap = Math.min(limits.moveRetryCapMs, limits.moveRetryFirstMs * 2 ** Math.min(failures, 10));
    await delay(cap * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

function mayPass(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined || code === 'NOT_FOUND') return true;
  return errorCodes[code][0] !== 'caller';
}
