import { describe, expect, onTestFinished, test } from 'vitest';
import { openWebSocketLink } from '../gateway/links/websocket-link.ts';
import { createViewerTokens } from '../identity/viewer-tokens.ts';
import type { Viewer } from '../wire/viewer.ts';
import type { Link, LinkState } from '../wire/link.ts';
import { createLocalLink } from '../wire/local-link.ts';
import { linkIs, startLinkNode } from './support/link-node.ts';
import { initialIdentity } from './support/node-keys.ts';
import { createLinkShape, type LinkShape } from './support/link-shape.ts';

const kinds: Record<string, (sample: LinkShape) => Promise<Link>> = {
  'in this process': async ({ shape }) => createLocalLink({ node: 'n1', shapes: [shape] }),
  'over a WebSocket': async ({ shape }) => {
    const { dial } = await startLinkNode({ shapes: [shape] });
    const tokens = createViewerTokens({ key: (await initialIdentity).key });
    const tokenFor = (viewer: Viewer, node: string) => tokens.tokenFor(viewer, node);
    const link = openWebSocketLink({ node: 'n1', dial: () => dial(), tokenFor });
    await linkIs(link, 'UP');
    return link;
  },
};

describe.each(Object.entries(kinds))('a link %s', (_, open) => {
  async function start() {
    const sample = createLinkShape();
    const link = await open(sample);
    onTestFinished(() => link.close());
    const run = (query: string, more: object = {}) => link.execute({ shape: 'sample', query, ...more });
    const watch = (query: string, more: object = {}) => link.subscribe({ shape: 'sample', query, ...more });
    return { ...sample, link, run, watch };
  }

  test('is up, names its node and has the SDL of its shapes', async () => {
    const { link, shape } = await start();
    expect(link).toMatchObject({ node: 'n1', state: 'UP' });
    expect(link.sdl('sample')).toBe(shape.sdl);
    expect(link.sdl('other')).toBeUndefined();
  });

  test('runs queries and mutations with variables', async () => {
    const { run } = await start();
    const query = 'query ($name: String) { hello(name: $name) }';
    expect(plain(await run(query, { variables: { name: 'Ada' } }))).toEqual({
      data: { hello: 'Hello, Ada' },
    });
    expect(plain(await run(query))).toEqual({ data: { hello: 'Hello, world' } });
    expect(plain(await run('mutation { add(amount: 2) }'))).toEqual({ data: { add: 2 } });
  });

  test('says on whose behalf', async () => {
    const { run } = await start();
    const viewer = { username: 'ada', role: 'DEVELOPER' } as const;
    expect(plain(await run('{ whoAmI secret }', { viewer }))).toEqual({
      data: { whoAmI: 'ada', secret: 'for developers' },
    });
    const stranger = await run('{ whoAmI secret }');
    expect(stranger).toMatchObject({
      data: { whoAmI: null, secret: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' }, path: ['secret'] }],
    });
  });

  test('answers with the errors of an operation, as data, and hides what is nobody else’s business', async () => {
    const { run } = await start();
    const result = await run('{ hello refuses breaks }');
    expect(plain(result)).toMatchObject({
      data: { hello: 'Hello, world', refuses: null, breaks: null },
      errors: [
        { message: 'No such thing', path: ['refuses'], extensions: { code: 'NOT_FOUND' } },
        { message: 'Internal server error', path: ['breaks'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
      ],
    });
    for (const error of result.errors ?? []) expect(error).not.toBeInstanceOf(Error);
  });

  test.each([
    ['no GraphQL', '{ hello', 'GRAPHQL_PARSE_FAILED'],
    ['not of the schema', '{ goodbye }', 'GRAPHQL_VALIDATION_FAILED'],
    ['two operations', 'query A { hello } query B { hello }', 'OPERATION_RESOLUTION_FAILURE'],
    ['too large', `{ hello(name: "${'x'.repeat(100_000)}") }`, 'OPERATION_TOO_LARGE'],
    ['a variable of the wrong type', 'query ($n: Int!) { text(length: $n) }', 'BAD_USER_INPUT'],
  ])('answers an operation that is %s with an error, and then others', async (_case, query, code) => {
    const { run } = await start();
    expect(await run(query, { variables: { n: 'many' } })).toMatchObject({
      errors: [{ extensions: { code } }],
    });
    expect(await run('{ hello }')).toMatchObject({ data: { hello: 'Hello, world' } });
  });

  test('says when there is no such subgraph', async () => {
    const { link } = await start();
    const request = { shape: 'other', query: '{ hello }' };
    const errors = [{ extensions: { code: 'SUBGRAPH_FAILED' } }];
    expect(await link.execute(request)).toMatchObject({ errors });
    expect(await link.subscribe(request).next()).toMatchObject({ done: false, value: { errors } });
  });

  test('gives up in time, at the far end too', async () => {
    const { run, log } = await start();
    const answer = run('{ never(mark: "a") }', { timeoutMs: 50 });
    await expect(answer).rejects.toMatchObject({ extensions: { code: 'NODE_TIMEOUT', node: 'n1' } });
    await log.has('aborted a');
    expect(await run('{ hello }', { timeoutMs: 5_000 })).toMatchObject({ data: { hello: 'Hello, world' } });
  });

  test('cancels by signal, at the far end too', async () => {
    const { run, log } = await start();
    const abort = new AbortController();
    const answer = run('{ never(mark: "b") }', { signal: abort.signal });
    await log.has('never b');
    abort.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    await log.has('aborted b');
    await expect(run('{ hello }', { signal: abort.signal })).rejects.toThrow('enough');
  });

  test('carries a stream to its end', async () => {
    const { watch } = await start();
    const counts = [];
    for await (const event of watch('subscription { countTo(end: 300) }'))
      counts.push(event.data?.['countTo']);
    expect(counts).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  test('stops a silent stream at once, at the far end too', async () => {
    const { watch, log } = await start();
    const stream = watch('subscription { silence(mark: "c") }');
    const step = stream.next();
    await log.has('silence c');
    await stream.return?.();
    expect(await step).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await log.has('stopped c');
  });

  test('stops a stream by signal, and says so', async () => {
    const { watch, log } = await start();
    const abort = new AbortController();
    const step = watch('subscription { silence(mark: "d") }', { signal: abort.signal }).next();
    await log.has('silence d');
    abort.abort(new Error('enough'));
    await expect(step).rejects.toThrow('enough');
    await log.has('stopped d');
  });

  test('ends a stream whose source breaks with an event that says so', async () => {
    const { watch } = await start();
    const events = [];
    for await (const event of watch('subscription { breaksAfter(events: 1) }')) events.push(plain(event));
    expect(events).toMatchObject([
      { data: { breaksAfter: 1 } },
      { errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    ]);
  });

  test('answers a subscription that cannot be with its errors', async () => {
    const { watch } = await start();
    const events = [];
    for await (const event of watch('subscription { nothing }')) events.push(event);
    expect(events).toMatchObject([{ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }]);
  });

  test('rejects what is under way when it is closed, and everything afterwards', async () => {
    const { link, run, watch, log } = await start();
    const states: LinkState[] = [];
    link.onStateChange((state) => states.push(state));
    const unreachable = { extensions: { code: 'NODE_UNREACHABLE', node: 'n1' } };
    const answer = run('{ never(mark: "e") }');
    const step = watch('subscription { silence(mark: "f") }').next();
    await Promise.all([log.has('never e'), log.has('silence f')]);
    const closing = link.close();
    await expect(answer).rejects.toMatchObject(unreachable);
    await expect(step).rejects.toMatchObject(unreachable);
    await closing;
    await link.close();
    await Promise.all([log.has('aborted e'), log.has('stopped f')]);
    expect(states).toEqual(['CLOSED']);
    await expect(run('{ hello }')).rejects.toMatchObject(unreachable);
    await expect(watch('subscription { countTo(end: 1) }').next()).rejects.toMatchObject(unreachable);
  });
});

/** graphql-js makes objects without a prototype; to us they are the same. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
