import { codedError } from '../../wire/coded-error.ts';
import type { Courier } from './courier.ts';
import type { Settlement } from './settle-rows.ts';

export interface WaitOptions {
  readonly courier: Pick<Courier, 'onSettled'>;
  /** Of the message in the outbox. */
  readonly position: number;
  /** The message's, for who is told that it is kept. */
  readonly id: string;
  readonly sendWaitMs: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/**
 * What becomes of a message in the outbox, listened for at once. Rejects with INITIAL_UNREACHABLE when it takes too long, with SHUTTING_DOWN when the
 * node stops; the message is kept all the same.
 */
export function waitForSettlement({
  courier,
  position,
  id,
  sendWaitMs,
  signal,
}: WaitOptions): Promise<Settlement> {
  const kept = `the message ${id} is kept on its node and will be sent; the same id asks again`;
  const settled = new Promise<Settlement>((resolve, reject) => {
    const end = (): void => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
    };
    const stopped = (): void => {
      end();
      reject(codedError('SHUTTING_DOWN', `This node is stopping; ${kept}`));
    };
    const stop = courier.onSettled(position, (settlement) => {
      end();
      resolve(settlement);
    });
    const timer = setTimeout(() => {
      end();
      const problem = 'Neither the home of the recipient nor the initial node has answered in time';
      reject(codedError('INITIAL_UNREACHABLE', `${problem}; ${kept}`));
    }, sendWaitMs);
    timer.unref();
    signal.addEventListener('abort', stopped);
    if (signal.aborted) stopped();
  });
  // It may have been rejected before anybody waits.
  settled.catch(() => undefined);
  return settled;
}
