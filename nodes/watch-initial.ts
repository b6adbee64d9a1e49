import { closeCodes } from '../schema/close-codes.ts';
import type { Connection } from '../wire/open-connection.ts';
import { readAnswer } from './ask-initial.ts';
import type { Question } from './network-questions.ts';

/**
 * Follows a stream of network.graphql. Whatever ends it before its connection (an error, an event that is none) ends the connection too: one that
 * does not tell what it should is of no use, and the next begins anew.
 */
export function watchInitial<T>(
  connection: Connection,
  question: Question<T>,
  sink: {
    readonly next: (value: T) => void;
    readonly fail?: (error: unknown) => void;
    /** However it ended. */
    readonly end?: () => void;
  },
): void {
  const again = (): void => connection.close(closeCodes.NORMAL, 'A stream of the initial node has ended');
  connection.start(
    { query: question.query },
    {
      next: (received) => {
        try {
          sink.next(readAnswer(received, question.answer));
        } catch (error) {
          sink.fail?.(error);
          again();
        }
      },
      end: () => {
        sink.end?.();
        again();
      },
    },
  );
}
