import type { IncomingMessage } from 'node:http';
import { limits } from '../../schema/limits.ts';
import { jsonBytes } from './json-bytes.ts';
import { HttpRefusal } from './http-answer.ts';
import { readBody } from './http-body.ts';

/** A request to the GraphQL endpoint after what holds for all of them has been looked at. */
export interface Question {
  readonly method: 'GET' | 'POST';
  /** With its `?`; empty when there is none. */
  readonly search: string;
  /** Of a POST: a JSON object, with fields of any type. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** As far as they are text; what else stands there is for Apollo Server to refuse. */
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  /** An object, as far as it is one. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads a request. Rejects with an HttpRefusal for another method than GET and POST, for a POST of anything but JSON (only such a one makes a
 * browser ask first before it sends it for another site), for JSON that is none or a list, and for what is too large.
 */
export async function readQuestion(request: IncomingMessage): Promise<Question> {
  if (request.method === 'POST') return readPost(request);
  if (request.method === 'GET') return readGet(request.url ?? '');
  throw new HttpRefusal('BAD_REQUEST', 'Expected GET or POST', {
    status: 405,
    headers: { allow: 'GET, POST' },
  });
}

async function readPost(request: IncomingMessage): Promise<Question> {
  const type = request.headers['content-type'];
  if (type !== 'application/json' && !/^application\/json *(;|$)/i.test(type ?? '')) {
    throw new HttpRefusal('BAD_REQUEST', 'Expected content-type: application/json', { status: 415 });
  }
  const text = await readBody(request, limits.maxRequestBytes);
  const body = parseObject(text);
  const query = asText(body['query']);
  if (query !== undefined) assertFits('query', Buffer.byteLength(query), limits.maxOperationBytes);
  // Variables cannot be larger than the text that they came in.
  if (text.length > limits.maxVariablesBytes) {
    const bytes = jsonBytes(body['variables'] ?? null);
    assertFits('variables', bytes, limits.maxVariablesBytes);
  }
  const variables = asObject(body['variables']);
  const { operationName, ...rest } = body;
  // Many clients send an empty name for none.
  if (operationName === '') {
    return { method: 'POST', search: '', body: rest, query, operationName: undefined, variables };
  }
  return { method: 'POST', search: '', body, query, operationName: asText(operationName), variables };
}

function readGet(url: string): Question {
  const start = url.indexOf('?');
  const search = start < 0 ? '' : url.slice(start);
  const parameters = new URLSearchParams(search);
  return {
    method: 'GET',
    search,
    body: undefined,
    query: parameters.get('query') ?? undefined,
    operationName: parameters.get('operationName') ?? undefined,
    variables: asObject(parseOrNothing(parameters.get('variables') ?? 'null')),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  const body = parseOrNothing(text);
  if (body === undefined) throw new HttpRefusal('BAD_REQUEST', 'Expected a body of JSON');
  if (Array.isArray(body)) {
    throw new HttpRefusal(
      'BAD_REQUEST',
      'Expected one operation, got a list: send each in a request of its own',
    );
  }
  const object = asObject(body);
  if (object) return object;
  throw new HttpRefusal('BAD_REQUEST', 'Expected a JSON object with a query');
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function assertFits(what: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new HttpRefusal('OPERATION_TOO_LARGE', `Expected ${what} of at most ${maxBytes} bytes, got ${bytes}`);
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
