import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  openWebSocketLink,
  type WebSocketLink,
  type WebSocketLinkOptions,
} from '../gateway/links/websocket-link.ts';
import { limits } from '../schema/limits.ts';
import type { Dial } from '../wire/dial.ts';
import { startCuttableProxy } from './support/cuttable-proxy.ts';
import { EventLog } from './support/event-log.ts';
import { afterWelcome, type Reply, startFalseNode } from './support/false-node.ts';
import { linkIs, plainDial, startLinkNode } from './support/link-node.ts';
import { createLinkShape } from './support/link-shape.ts';

function openLink(dial: Dial, options: Partial<WebSocketLinkOptions> = {}): WebSocketLink {
  const link = openWebSocketLink({
    node: 'n1',
    dial,
    retryFirstMs: 20,
    retryCapMs: 20,
    ...options,
  });
  onTestFinished(() => link.close());
  return link;
}

const run = (link: WebSocketLink, query: string) => link.execute({ shape: 'sample', query });
const watch = (link: WebSocketLink, query: string) => link.subscribe({ shape: 'sample', query });
const fails = (code: string) => ({ extensions: { code, node: 'n1' } });

async function startBehindProxy(pongMs = 5_000) {
  const sample = createLinkShape();
  const node = await startLinkNode({ shapes: [sample.shape] });
  const proxy = await startCuttableProxy(node.port);
  onTestFinished(() => proxy.close());
  const link = openLink(() => node.dial(proxy.port), { pingMs: 50, pongMs });
  await linkIs(link, 'UP');
  return { ...sample, node, proxy, link };
}

describe('a link that is cut', () => {
  test('rejects what was under way, never sends it again, and comes back', async () => {
    const { proxy, link, log, total } = await startBehindProxy();
    const mutation = run(link, 'mutation { addSilently(amount: 5) }');
    const step = watch(link, 'subscription { silence(mark: "s") }').next();
    await Promise.all([log.has('silently 5'), log.has('silence s')]);
    proxy.cut();
    await expect(mutation).rejects.toMatchObject(fails('NODE_UNREACHABLE'));
    await expect(step).rejects.toMatchObject(fails('NODE_UNREACHABLE'));
    expect(link.state).toBe('CONNECTING');
    await linkIs(link, 'UP');
    expect(await run(link, '{ hello }')).toMatchObject({ data: { hello: 'Hello, world' } });
    await Promise.all([log.has('aborted 5'), log.has('stopped s')]);
    expect(total()).toBe(5);
  });

  test('refuses at once while it is down', async () => {
    const { proxy, link } = await startBehindProxy();
    proxy.refuse();
    proxy.cut();
    await linkIs(link, 'CONNECTING');
    await expect(run(link, '{ hello }')).rejects.toMatchObject(fails('NODE_UNREACHABLE'));
    await expect(watch(link, 'subscription { flood }').next()).rejects.toMatchObject(
      fails('NODE_UNREACHABLE'),
    );
    expect(link.problem).toEqual(expect.any(String));
    proxy.resume();
    await linkIs(link, 'UP');
    expect(link.problem).toBeUndefined();
  });

  test('does not send twice what the far end leaves unanswered by a normal close', async () => {
    const asked = new EventLog<string>();
    const node = await startFalseNode(
      afterWelcome((message, socket) => {
        asked.push(message.type);
        socket.close(1000, 'Goodbye');
      }),
    );
    const link = openLink(plainDial(node.port));
    await linkIs(link, 'UP');
    await expect(run(link, 'mutation { add(amount: 1) }')).rejects.toMatchObject(fails('NODE_UNREACHABLE'));
    await linkIs(link, 'UP');
    expect(node.connections()).toBe(2);
    expect(asked.entries).toEqual(['subscribe']);
  });

  test('notices a path that lets nothing through', async () => {
    const { proxy, link, log } = await startBehindProxy(200);
    const answer = run(link, '{ never(mark: "x") }');
    await log.has('never x');
    proxy.freeze();
    await expect(answer).rejects.toMatchObject(fails('NODE_UNREACHABLE'));
    await linkIs(link, 'UP');
  });

  test('measures how long a ping takes', async () => {
    const { link } = await startBehindProxy();
    while (link.latencyMs === undefined) await run(link, '{ hello }');
    expect(link.latencyMs).toBeGreaterThan(0);
    expect(link.latencyMs).toBeLessThan(1_000);
  });
});

describe('a node that', () => {
  test('restarts at the same place is found again', async () => {
    const first = createLinkShape();
    const node = await startLinkNode({ shapes: [first.shape] });
    const link = openLink(() => node.dial());
    await linkIs(link, 'UP');
    await node.close();
    await linkIs(link, 'CONNECTING');
    const second = createLinkShape('other');
    await startLinkNode({ shapes: [second.shape], port: node.port });
    await linkIs(link, 'UP');
    expect([link.sdl('sample'), link.sdl('other')]).toEqual([undefined, second.shape.sdl]);
  });

  test('freezes is noticed, is found again when it goes on, and costs what is under way when it is killed', async () => {
    const child = fork('bin/run.js', ['test/support/serve-link.ts']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const [port] = (await once(child, 'message')) as [number];
    const link = openLink(plainDial(port), { pingMs: 50, pongMs: 300 });
    await linkIs(link, 'UP');
    const answer = run(link, '{ never(mark: "x") }');
    child.kill('SIGSTOP');
    await expect(answer).rejects.toMatchObject(fails('NODE_UNREACHABLE'));
    expect(link.state).toBe('CONNECTING');
    child.kill('SIGCONT');
    await linkIs(link, 'UP');
    const answers = Array.from({ length: 20 }, () => run(link, '{ text(length: 1000000) never(mark: "x") }'));
    child.kill('SIGKILL');
    for (const lost of answers) await expect(lost).rejects.toMatchObject(fails('NODE_UNREACHABLE'));
  });

  const next =
    (payload: unknown): Reply =>
    (message, socket) => {
      if (message.type !== 'subscribe') return;
      socket.send(JSON.stringify({ id: message.id, type: 'next', payload }));
      socket.send(JSON.stringify({ id: message.id, type: 'complete' }));
    };
  test.each<[string, Reply]>([
    ['data that is a list', next({ data: [] })],
    ['data that is a text', next({ data: 'yes' })],
    ['neither data nor errors', next({ extensions: {} })],
    ['errors that are none', next({ data: {}, errors: 'many' })],
    ['no error in its errors', next({ data: {}, errors: [] })],
    ['an error without a message', next({ data: {}, errors: [{ code: 'X' }] })],
    ['null as an error', next({ data: {}, errors: [null] })],
    [
      'nothing before its complete',
      ({ id }, socket) => socket.send(JSON.stringify({ id, type: 'complete' })),
    ],
  ])('answers with %s fails that call only', async (_, reply) => {
    const node = await startFalseNode(afterWelcome(reply));
    const link = openLink(plainDial(node.port));
    await linkIs(link, 'UP');
    await expect(run(link, '{ hello }')).rejects.toMatchObject(fails('NODE_BAD_ANSWER'));
    expect([link.state, node.connections()]).toEqual(['UP', 1]);
  });

  test.each<[string, Reply]>([
    ['no JSON', (_, socket) => socket.send('garbage')],
    ['binary noise', (_, socket) => socket.send(Buffer.from([0, 255, 1, 254]))],
    ['a message of no known type', (_, socket) => socket.send('{"type":"data"}')],
    [
      'an error that is no list',
      ({ id }, socket) => socket.send(JSON.stringify({ id, type: 'error', payload: 1 })),
    ],
  ])('sends %s loses the connection, and is dialled again', async (_, reply) => {
    const node = await startFalseNode(afterWelcome(reply));
    const link = openLink(plainDial(node.port));
    await linkIs(link, 'UP');
    await expect(run(link, '{ hello }')).rejects.toMatchObject(fails('NODE_BAD_ANSWER'));
    await linkIs(link, 'UP');
  });

  test('sends more than is taken fails what is under way', async () => {
    const { shape } = createLinkShape();
    const node = await startLinkNode({ shapes: [shape] });
    const link = openLink(() => node.dial(), { maxAnswerBytes: 50_000 });
    await linkIs(link, 'UP');
    expect(await run(link, '{ text(length: 49000) }')).toMatchObject({ data: { text: expect.any(String) } });
    await expect(run(link, '{ text(length: 51000) }')).rejects.toMatchObject(fails('NODE_ANSWER_TOO_LARGE'));
    await linkIs(link, 'UP');
  });

  test('sends an answer twice, and answers that nobody asked for, is listened to once', async () => {
    const reply: Reply = ({ id, type }, socket) => {
      if (type !== 'subscribe') return;
      for (const who of ['first', 'second']) {
        socket.send(JSON.stringify({ id, type: 'next', payload: { data: { hello: who } } }));
      }
      socket.send(JSON.stringify({ id: 'nobody', type: 'next', payload: { data: {} } }));
      socket.send(JSON.stringify({ id, type: 'complete' }));
    };
    const link = openLink(plainDial((await startFalseNode(afterWelcome(reply))).port));
    await linkIs(link, 'UP');
    expect(await run(link, '{ hello }')).toEqual({ data: { hello: 'first' } });
  });

  test('sends a stream faster than it is read ends it, and says why after what had come', async () => {
    const node = await startFalseNode(
      afterWelcome(({ id, type }, socket) => {
        if (type !== 'subscribe') return;
        for (let event = 0; event < limits.maxLinkLagEvents + 10; event += 1) {
          socket.send(JSON.stringify({ id, type: 'next', payload: { data: { event } } }));
        }
      }),
    );
    const link = openLink(plainDial(node.port));
    await linkIs(link, 'UP');
    const stream = watch(link, 'subscription { flood }');
    const fence = openLink(plainDial(node.port));
    await linkIs(fence, 'UP');
    let events = 0;
    const read = async (): Promise<void> => {
      for await (const event of stream) events += event.data ? 1 : 0;
    };
    // Nothing is read until a whole connection has been made meanwhile, and one read of a socket may still come.
    await expect(read()).rejects.toMatchObject({ extensions: { code: 'SUBSCRIBER_TOO_SLOW' } });
    expect(events).toBe(limits.maxLinkLagEvents);
  });
});

describe('a link to', () => {
  test.each([
    ['somebody else', { node: 'n2', shapes: {} }, /Expected the node n1, got "n2"/],
    ['nobody in particular', null, /which node/],
    ['SDL that does not parse', { node: 'n1', shapes: { world: 'type {' } }, /SDL of world does not parse/],
    ['SDL that is no text', { node: 'n1', shapes: { world: 7 } }, /not a text/],
    ['shapes that are none', { node: 'n1', shapes: [] }, /which subgraphs/],
    [
      'endless SDL',
      { node: 'n1', shapes: { world: `# ${'x'.repeat(limits.maxLinkWelcomeBytes)}` } },
      /at most/,
    ],
  ])('%s is INCOMPATIBLE and says why', async (_, welcome, problem) => {
    const node = await startFalseNode(afterWelcome(() => undefined, welcome));
    const link = openLink(plainDial(node.port));
    await linkIs(link, 'INCOMPATIBLE');
    expect(link.problem).toMatch(problem);
    expect(link.sdl('world')).toBeUndefined();
    await expect(run(link, '{ hello }')).rejects.toMatchObject(fails('NODE_INCOMPATIBLE'));
  });

  test('a node that does not know our key does not come up, and says that it was refused', async () => {
    const { shape } = createLinkShape();
    const { dial } = await startLinkNode({ shapes: [shape], recognise: () => undefined });
    const refused = new EventLog<number>();
    const link = openLink(() => dial(), {
      random: () => {
        refused.push(refused.entries.length);
        return 0;
      },
    });
    await refused.has(2);
    expect(link).toMatchObject({ state: 'CONNECTING', problem: 'Forbidden' });
  });

  test('a place where nobody listens waits longer and longer, up to the cap, by a random part of it', async () => {
    const waits = new EventLog<number>();
    const link = openLink(plainDial(1), {
      retryFirstMs: 200,
      retryCapMs: 1_000,
      random: () => 0.5,
      wait: (ms, then) => {
        waits.push(ms);
        if (waits.entries.length < 6) setImmediate(then);
        return () => undefined;
      },
    });
    await waits.until(() => waits.entries.length === 6);
    expect(waits.entries).toEqual([100, 200, 400, 500, 500, 500]);
    expect(link.problem).toContain('ECONNREFUSED');
  });

  test('a node that has been heard of is dialled without waiting', async () => {
    const { shape } = createLinkShape();
    const node = await startLinkNode({ shapes: [shape] });
    const waits = new EventLog<number>();
    const link = openLink(() => node.dial(), {
      wait: (ms) => {
        waits.push(ms);
        return () => undefined;
      },
    });
    await linkIs(link, 'UP');
    await node.close();
    await waits.until(() => true);
    await startLinkNode({ shapes: [shape], port: node.port });
    link.retryNow();
    await linkIs(link, 'UP');
    expect(waits.entries).toHaveLength(1);
  });

  test('a busy node has no more under way than it may, and fails what cannot even wait', async () => {
    const { shape, log } = createLinkShape();
    const { dial } = await startLinkNode({ shapes: [shape] });
    const link = openLink(() => dial(), { maxRequests: 1, maxWaiting: 1 });
    await linkIs(link, 'UP');
    const abort = new AbortController();
    const first = link.execute({ shape: 'sample', query: '{ never(mark: "1") }', signal: abort.signal });
    const second = run(link, '{ hello }');
    await expect(run(link, '{ hello }')).rejects.toMatchObject(fails('NODE_UNREACHABLE'));
    await log.has('never 1');
    abort.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(await second).toMatchObject({ data: { hello: 'Hello, world' } });
  });
});
