import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEdgeServer } from './support/edge-server.ts';
import { type GraphqlAnswer, sendHttp } from './support/post-graphql.ts';

interface Sent {
  readonly title: string;
  readonly headers?: Record<string, string>;
  readonly body: object | string;
  /** Whether a repetition passes Apollo Server by. */
  readonly isShort: boolean;
}

const greet = { query: '{ greet }' };
const both = 'query A { greet } query B { add(a: 1, b: 2) }';

const requests: readonly Sent[] = [
  { title: 'a query', body: greet, isShort: true },
  { title: 'a mutation', body: { query: 'mutation { __typename }' }, isShort: true },
  {
    title: 'no variables',
    body: { ...greet, variables: null, operationName: null, extensions: null },
    isShort: true,
  },
  { title: 'an empty operation name', body: { ...greet, operationName: '' }, isShort: true },
  { title: 'one of two operations', body: { query: both, operationName: 'B' }, isShort: true },
  { title: 'none of two operations', body: { query: both }, isShort: false },
  {
    title: 'variables with defaults',
    body: { query: 'query ($n: Int! = 2) { greet(times: $n) }', variables: {} },
    isShort: true,
  },
  {
    title: 'a variable too many',
    body: { query: 'query ($n: Int! = 2) { greet(times: $n) }', variables: { other: 1 } },
    isShort: true,
  },
  {
    title: 'a variable of the wrong type',
    body: { query: 'query ($n: Int!) { greet(times: $n) }', variables: { n: 'x' } },
    isShort: true,
  },
  {
    title: 'a variable that is missing',
    body: { query: 'query ($n: Int!) { greet(times: $n) }' },
    isShort: true,
  },
  { title: 'an error beside data', body: { query: '{ greet denied }' }, isShort: true },
  { title: 'data that is null', body: { query: '{ must }' }, isShort: true },
  { title: 'a field for admins, by a stranger', body: { query: '{ vault }' }, isShort: true },
  {
    title: 'a field for admins, by an admin',
    headers: { authorization: 'Bearer of-ada' },
    body: { query: '{ vault }' },
    isShort: true,
  },
  { title: 'a false token', headers: { authorization: 'Bearer no' }, body: greet, isShort: false },
  { title: 'introspection', body: { query: '{ __schema { queryType { name } } }' }, isShort: true },
  { title: 'a subscription', body: { query: 'subscription { ticks }' }, isShort: false },
  { title: 'an unknown field', body: { query: '{ nope }' }, isShort: false },
  { title: 'extensions', body: { ...greet, extensions: { client: 'x' } }, isShort: true },
  {
    title: 'a hash beside the text',
    body: { ...greet, extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
    isShort: false,
  },
  { title: 'variables that are a list', body: { ...greet, variables: [] }, isShort: false },
  { title: 'variables that are text', body: { ...greet, variables: '{}' }, isShort: false },
  { title: 'extensions that are text', body: { ...greet, extensions: '{}' }, isShort: false },
  { title: 'a name that is a number', body: { ...greet, operationName: 7 }, isShort: false },
  { title: 'a list', body: [greet], isShort: false },
  { title: 'no JSON', body: '{', isShort: false },
  { title: 'text', headers: { 'content-type': 'text/plain' }, body: greet, isShort: false },
  {
    title: 'a charset',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: greet,
    isShort: true,
  },
  { title: 'any type of answer', headers: { accept: '*/*' }, body: greet, isShort: true },
  {
    title: 'the newer type of answer',
    headers: { accept: 'application/graphql-response+json' },
    body: greet,
    isShort: true,
  },
  {
    title: 'the newer type rather than the older one',
    headers: { accept: 'application/json;q=0.5, application/graphql-response+json' },
    body: greet,
    isShort: true,
  },
  { title: 'a type that we do not have', headers: { accept: 'image/png' }, body: greet, isShort: false },
];

/** Less what differs from one answer to the next. */
function comparable({ status, headers, body }: GraphqlAnswer) {
  const { date: _, ...others } = headers;
  return { status, headers: others, body };
}

describe('past Apollo Server a request is answered as through it:', () => {
  let short: Awaited<ReturnType<typeof openEdgeServer>>;
  let long: typeof short;
  beforeAll(async () => {
    [short, long] = await Promise.all([openEdgeServer(), openEdgeServer({ isFastPathOpen: false })]);
  });
  afterAll(() => Promise.all([short.close(), long.close()]));

  test.each(requests)('$title', async ({ headers = {}, body, isShort }) => {
    const sent = {
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    };
    const send = async (server: typeof short) => {
      const before = server.compiled.length;
      const answer = await sendHttp(server.url, sent);
      return { answer: comparable(answer), isThroughApollo: server.compiled.length > before };
    };
    const through = await send(long);
    const first = await send(short);
    const repeated = await send(short);
    expect(first.answer).toEqual(through.answer);
    expect(repeated.answer).toEqual(through.answer);
    // What is refused before it is compiled has no short way either.
    expect(repeated.isThroughApollo).toBe(through.isThroughApollo && !isShort);
  });
});
