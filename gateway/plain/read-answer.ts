import type { GraphQLFormattedError } from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import type { SubgraphResult } from '../execute/subgraph.ts';

/**
 * What a subgraph sent, as far as it is an answer. Its errors keep their message, path and extensions (the codes of its API are its own) and
 * gain `service`; those without a code get SUBGRAPH_FAILED. Anything that is no GraphQL answer becomes one such error.
 */
export function readAnswer(service: string, body: unknown): SubgraphResult {
  if (!isRecord(body)) return failure(service, `Expected a JSON object of ${service}, got ${kindOf(body)}`);
  const { data, errors } = body;
  if (data !== undefined && data !== null && !isRecord(data)) {
    return failure(service, `Expected data of ${service} to be an object, got ${kindOf(data)}`);
  }
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    return failure(service, `Expected errors of ${service} to be a list, got ${kindOf(errors)}`);
  }
  const list: readonly unknown[] = errors ?? [];
  if (data === undefined && list.length === 0) {
    return failure(service, `Expected data or errors of ${service}, got neither`);
  }
  if (list.length === 0) return { data };
  return { data, errors: list.map((error) => readError(service, error)) };
}

/** An answer that consists of one SUBGRAPH_FAILED. */
export function failure(service: string, message: string): SubgraphResult {
  return { errors: [codedError('SUBGRAPH_FAILED', message, { service }).toJSON()] };
}

/** An error as a subgraph sent it, without the locations: they are those of a text that the client has never seen. */
export function readError(service: string, error: unknown): GraphQLFormattedError {
  const { message, path, extensions } = isRecord(error) ? error : {};
  const theirs = isRecord(extensions) ? extensions : {};
  const code = typeof theirs['code'] === 'string' ? theirs['code'] : 'SUBGRAPH_FAILED';
  return {
    message: typeof message === 'string' ? message : `Unreadable error of ${service}`,
    ...(isPath(path) ? { path } : {}),
    extensions: { ...theirs, service, code },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number');
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}
