import type { GraphQLFormattedError } from 'graphql';
import { answerError, clientError } from './request-error.ts';

/** Which nodes had a part in an answer. */
interface NetworkReport {
  readonly asked: number;
  readonly answered: number;
  /** Ids of the nodes whose rows are missing. */
  readonly failed: readonly string[];
}

/**
 * An answer, perhaps a partial one: a node that is down costs its rows, which are null or missing in `data`, and adds an entry to `errors`.
 * Whoever does not care about the gaps reads `data` alone.
 */
export interface Answer<Result> {
  readonly data: Result;
  readonly errors: readonly GraphQLFormattedError[];
  /** Absent when no node had to be asked. */
  readonly network?: NetworkReport;
}

/** An answer as it came: `data` is null when the whole operation failed. */
export interface RawAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly GraphQLFormattedError[];
  readonly network?: NetworkReport;
}

/** Checks the envelope of an answer; its `data` is the server's word. Throws a `RequestError` with BAD_ANSWER. */
export function parseAnswer(value: unknown): RawAnswer {
  if (!isRecord(value)) throw badAnswer(value);
  const { data = null, errors = [], extensions } = value;
  if (data !== null && !isRecord(data)) throw badAnswer(value);
  if (!Array.isArray(errors) || !errors.every(isFormattedError)) throw badAnswer(value);
  if (data === null && errors.length === 0) throw badAnswer(value);
  const network = isRecord(extensions) ? parseNetwork(extensions['network']) : undefined;
  return { data, errors, ...(network && { network }) };
}

/** The answer of a query or of a stream's event, or throws when there is nothing in it. */
export function requireData<Result>({ data, ...rest }: RawAnswer): Answer<Result> {
  if (data === null) throw answerError(rest.errors);
  return { ...rest, data: data as Result };
}

/**
 * The answer of a mutation, or throws when one of its fields was not carried out: that field is null and an error says why. An error further
 * down leaves the mutation done, and is in `errors`.
 */
export function requireDone<Result>(answer: RawAnswer): Answer<Result> {
  const { data, errors } = answer;
  const isUndone = ({ path }: GraphQLFormattedError) =>
    data === null || path?.[0] === undefined || data[path[0]] === null;
  if (errors.some(isUndone)) throw answerError(errors, data);
  return requireData(answer);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isFormattedError(value: unknown): value is GraphQLFormattedError {
  return isRecord(value) && typeof value['message'] === 'string';
}

function parseNetwork(value: unknown): NetworkReport | undefined {
  if (!isRecord(value)) return undefined;
  const { asked, answered, failed } = value;
  if (typeof asked !== 'number' || typeof answered !== 'number' || !Array.isArray(failed)) return undefined;
  return { asked, answered, failed: failed.filter((node) => typeof node === 'string') };
}

function badAnswer(value: unknown): Error {
  const seen = JSON.stringify(value) ?? String(value);
  return clientError('BAD_ANSWER', `Expected an answer with data or errors, got ${seen.slice(0, 120)}`);
}
