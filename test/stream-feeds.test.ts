import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StreamEvent } from '../gateway/execute/subgraph.ts';
import { createStreamContext, createStreamNetwork, cursorOf } from './support/stream-network.ts';

const query =
  'subscription ($agent: ID!, $after: String) { messages(agent: $agent, after: $after) { body } }';
const agent = 'ada/bot';

type Network = ReturnType<typeof createStreamNetwork>;

function follow(network: Network, variables: Record<string, unknown> = {}, resumeAfter?: string) {
  const stream = network
    .prepare(query)
    .subscribe({ agent, ...variables }, createStreamContext(), resumeAfter);
  onTestFinished(async () => void (await stream.return?.()));
  return stream;
}

async function take(stream: AsyncIterator<StreamEvent>, count: number): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  while (events.length < count) {
    const step = await stream.next();
    if (step.done) throw new Error(`Ended after ${events.length} events`);
    events.push(step.value);
  }
  return events;
}

function event(body: number): StreamEvent {
  return { result: { data: { messages: { body } } }, cursor: cursorOf(body) };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function start(home: string | null = 'n1', messages = 0) {
  const network = createStreamNetwork();
  const nodes = { n1: network.addNode('n1'), n2: network.addNode('n2') };
  network.inboxes.move(agent, home ?? undefined);
  for (const body of numbers(1, messages)) network.inboxes.publish(agent, body);
  return { network, ...nodes, publish: (body: number) => network.inboxes.publish(agent, body) };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a feed', () => {
  test('carries cursors that the client did not ask for, and hides them from it', async () => {
    const { network } = start('n1', 3);
    expect(await take(follow(network), 3)).toEqual([event(1), event(2), event(3)]);
  });

  test('of nobody in particular is that of the initial node', async () => {
    const { network } = start('n2');
    const cursorFor = async (variables: Record<string, unknown>) => {
      const stream = network
        .prepare('subscription ($from: ID) { letters(from: $from) { body } }')
        .subscribe(variables, createStreamContext());
      onTestFinished(async () => void (await stream.return?.()));
      const [first] = await take(stream, 1);
      return first?.cursor;
    };
    expect(await cursorFor({})).toBe('n1 nobody');
    expect(await cursorFor({ from: null })).toBe('n1 nobody');
    expect(await cursorFor({ from: agent })).toBe(`n2 ${agent}`);
  });

  test('gives the cursor to a client that asks, also by another name', async () => {
    const { network } = start('n1', 1);
    const stream = network
      .prepare('subscription { c_m__messages: messages(agent: "ada/bot") { c: cursor cursor body } }')
      .subscribe({}, createStreamContext());
    onTestFinished(async () => void (await stream.return?.()));
    expect(await take(stream, 1)).toEqual([
      {
        result: { data: { c_m__messages: { c: cursorOf(1), cursor: cursorOf(1), body: 1 } } },
        cursor: cursorOf(1),
      },
    ]);
  });

  test('begins behind the cursor of the client, or behind the one with which it is resumed', async () => {
    const { network } = start('n1', 4);
    expect(await take(follow(network, { after: cursorOf(2) }), 1)).toEqual([event(3)]);
    expect(await take(follow(network, { after: cursorOf(2) }, cursorOf(3)), 1)).toEqual([event(4)]);
  });

  test('knows when it begins now', () => {
    const { network } = start();
    const prepared = network.prepare(query);
    expect(prepared.stream).toBe('feed');
    expect(prepared.startsNow?.({ agent, after: 'now' })).toBe(true);
    expect(prepared.startsNow?.({ agent })).toBe(false);
  });

  test('goes on behind the last event when the link was cut, once it is up again', async () => {
    const { network, n1, publish } = start('n1', 2);
    const stream = follow(network);
    await take(stream, 2);
    const next = take(stream, 2);
    n1.link.cut();
    publish(3);
    publish(4);
    await settle();
    n1.link.restore();
    expect(await next).toEqual([event(3), event(4)]);
    expect(n1.openedAfter).toEqual([undefined, cursorOf(2)]);
  });

  test('goes on when its node ends it, as one does that restarts', async () => {
    const { network, n1, publish } = start('n1', 1);
    const stream = follow(network);
    await take(stream, 1);
    const next = take(stream, 1);
    n1.endFeeds();
    await settle();
    publish(2);
    expect(await next).toEqual([event(2)]);
  });

  test('follows its agent to another node', async () => {
    const { network, n1, n2, publish } = start('n1', 1);
    const stream = follow(network);
    await take(stream, 1);
    const next = take(stream, 1);
    network.inboxes.move(agent, 'n2');
    publish(2);
    expect(await next).toEqual([event(2)]);
    expect(n2.openedAfter).toEqual([cursorOf(1)]);
    expect(n1.openedAfter).toEqual([undefined]);
  });

  test('waits for an owner that is down at the start, or that has left and comes back', async () => {
    const { network, n1 } = start('n1', 2);
    n1.link.cut();
    const stream = follow(network);
    const first = take(stream, 2);
    await settle();
    n1.link.restore();
    await first;
    const next = take(stream, 1);
    network.roster.remove('n1');
    await settle();
    network.inboxes.publish(agent, 3);
    network.addNode('n1');
    expect(await next).toEqual([event(3)]);
  });

  test.each([
    ['nobody has claimed the agent', null, {}, 'AGENT_UNKNOWN'],
    ['the cursor is forged', 'n1', { after: 'forged' }, 'BAD_CURSOR'],
  ])('ends with an error when %s', async (_name, home, variables, code) => {
    const { network } = start(home);
    const stream = follow(network, variables);
    const [last] = await take(stream, 1);
    expect(last?.result.errors?.map((error) => error.extensions?.['code'])).toEqual([code]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('ends with an error when its agent is given up', async () => {
    const { network } = start('n1', 1);
    const stream = follow(network);
    await take(stream, 1);
    const last = take(stream, 1);
    network.inboxes.move(agent, undefined);
    expect((await last)[0]?.result.errors?.[0]?.extensions?.['code']).toBe('AGENT_UNKNOWN');
    expect((await stream.next()).done).toBe(true);
  });

  test('does not end because the directory cannot be asked', async () => {
    const { network } = start('n1', 1);
    const { directory } = network.inboxes;
    const real = { ...directory };
    let failures = 3;
    Object.assign(directory, {
      locate: (agents: readonly string[]) =>
        (failures -= 1) < 0 ? real.locate(agents) : Promise.reject(new Error('not now')),
    });
    expect(await take(follow(network), 1)).toEqual([event(1)]);
  });

  test('that is returned while it is silent, or while its owner is away, ends at once and closes upstream', async () => {
    const { network, n1 } = start('n1');
    const silent = follow(network);
    const pending = silent.next();
    await settle();
    await silent.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    n1.link.cut();
    const waiting = follow(network);
    const never = waiting.next();
    await settle();
    await waiting.return?.();
    expect(await never).toEqual({ done: true, value: undefined });
    n1.link.restore();
    await settle();
    expect(n1.openedAfter).toEqual([undefined]);
  });

  test('brings every event once and in order, whatever is cut, ended and moved', async () => {
    const step = fc.constantFrom(
      'publish',
      'publish',
      'publish',
      'cut',
      'restore',
      'end',
      'move',
      'settle',
      'replace',
    );
    const node = fc.constantFrom('n1' as const, 'n2' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, node), { maxLength: 60 }), async (steps) => {
        const network = createStreamNetwork();
        const nodes = { n1: network.addNode('n1'), n2: network.addNode('n2') };
        network.inboxes.move(agent, 'n1');
        const stream = network.prepare(query).subscribe({ agent }, createStreamContext());
        const seen: unknown[] = [];
        let published = 0;
        const reading = (async () => {
          for await (const { result, cursor } of stream) seen.push([cursor, result]);
        })();
        for (const [kind, at] of steps) {
          if (kind === 'publish') network.inboxes.publish(agent, (published += 1));
          else if (kind === 'cut') nodes[at].link.cut();
          else if (kind === 'restore') nodes[at].link.restore();
          else if (kind === 'end') nodes[at].endFeeds();
          else if (kind === 'move') network.inboxes.move(agent, at);
          else if (kind === 'replace') nodes[at] = network.addNode(at);
          else await settle();
          await Promise.resolve();
        }
        for (const { link } of Object.values(nodes)) link.restore();
        const expected = numbers(1, published).map((body) => [
          cursorOf(body),
          { data: { messages: { body } } },
        ]);
        await expect.poll(() => seen.length, { interval: 1 }).toBeGreaterThanOrEqual(published);
        await settle();
        await stream.return?.();
        await reading;
        expect(seen).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
