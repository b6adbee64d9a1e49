import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { type ErrorCode, isErrorCode } from '../schema/error-codes.ts';
import { limits } from '../schema/limits.ts';
import { codedError } from '../wire/coded-error.ts';
import type { Question } from './network-questions.ts';
import type { Connection } from '../wire/open-connection.ts';

const result = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.unknown() }).optional() }))
    .optional(),
});

/**
 * Runs one operation of network.graphql, sent once. Rejects with the first error of the answer, under its code; with INITIAL_UNREACHABLE when the
 * connection is lost before the answer, there is none in time, or it is none.
 */
export function askInitial<T>(
  connection: Connection,
  { query, variables, extensions }: Omit<Question<unknown>, 'answer'>,
  answer: z.ZodType<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let received: unknown;
    const timer = setTimeout(() => {
      stop();
      reject(unreachable(`no answer in ${limits.requestDeadlineMs} ms`));
    }, limits.requestDeadlineMs);
    const operation = { query, ...(variables ? { variables } : {}), ...(extensions ? { extensions } : {}) };
    const stop = connection.start(operation, {
      next: (value) => {
        received ??= value;
      },
      end: (end) => {
        clearTimeout(timer);
        try {
          if (end.kind === 'lost') throw unreachable(end.connection.reason);
          resolve(readAnswer(end.kind === 'errors' ? { errors: end.errors } : received, answer));
        } catch (error) {
          reject(error);
        }
      },
    });
  });
}

/** The data of a result. Throws what `askInitial` rejects with. */
export function readAnswer<T>(received: unknown, answer: z.ZodType<T>): T {
  const parsed = result.safeParse(received);
  if (!parsed.success) throw unreachable('its answer is no result of an operation');
  const [error] = parsed.data.errors ?? [];
  if (error) throw codedError(knownCode(error.extensions?.code), error.message);
  const data = answer.safeParse(parsed.data.data);
  if (!data.success) throw unreachable(`its answer is not as expected: ${z.prettifyError(data.error)}`);
  return data.data;
}

export function unreachable(why: string): GraphQLError {
  return codedError('INITIAL_UNREACHABLE', `The initial node cannot be asked: ${why}`);
}

function knownCode(code: unknown): ErrorCode {
  return isErrorCode(code) ? code : 'SUBGRAPH_FAILED';
}
