import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ProcessReading, readProcess } from '../subgraphs/world/stats/read-process.ts';
import { admin, alice, at, openWorld, player } from './support/open-world.ts';

const live =
  'subscription ($intervalMs: Int, $nodes: [ID!]) { nodeStats(intervalMs: $intervalMs, nodes: $nodes) { at node { id stats { memoryMb } } } }';
const history = `query ($since: DateTime, $first: Int, $after: String) { _entities(representations: [{ __typename: "Node", id: "main" }]) { ... on Node {
  statsHistory(since: $since, first: $first, after: $after) { totalCount edges { cursor } nodes { at memoryMb node { id } } pageInfo { hasNextPage endCursor } }
} } }`;
const usage = `query ($username: String, $after: String) { _entities(representations: [{ __typename: "Node", id: "main" }]) { ... on Node {
  resourceUsage(username: $username, after: $after) { totalCount nodes { username processPid cpuPercent memoryUsage diskRead diskWrite networkSent networkReceived } }
} } }`;
const rarely = { sampleEveryMs: 60_000 };

describe('statistics', () => {
  test('are those of this process and of what was given', async () => {
    const { ask } = await openWorld({ messagesPerSecond: () => 2.5, linkLatencyMs: () => 12 });
    const data = await ask(
      '{ _entities(representations: [{ __typename: "Node", id: "main" }]) { ... on Node { stats { memoryMb cpuPercent agents messagesPerSecond linkLatencyMs uptimeSeconds node { id } } } } }',
    );
    const stats = at(data, '_entities', 0, 'stats');
    expect(stats).toMatchObject({
      agents: 0,
      messagesPerSecond: 2.5,
      linkLatencyMs: 12,
      node: { id: 'main' },
    });
    const residentMb = process.memoryUsage.rss() / 1_048_576;
    expect(at(stats, 'memoryMb')).toBeGreaterThan(residentMb / 2);
    expect(at(stats, 'memoryMb')).toBeLessThan(residentMb * 2);
    expect(at(stats, 'cpuPercent')).toBeGreaterThanOrEqual(0);
  });

  test('read of /proc are what the kernel counts', () => {
    const before = readProcess();
    const started = process.cpuUsage();
    while (process.cpuUsage(started).user < 100_000) readFileSync('/proc/self/stat');
    const after = readProcess();
    expect(after.pid).toBe(process.pid);
    expect(after.cpuMs - before.cpuMs).toBeGreaterThanOrEqual(80);
    const { user, system } = process.cpuUsage();
    expect(Math.abs(after.cpuMs - (user + system) / 1_000)).toBeLessThan(100);
    expect(after.memoryBytes).toBeGreaterThan(10 * 1_048_576);
  });

  test('are stored at each interval and paged from a time or a cursor, oldest first', async () => {
    const startMs = Date.parse('2026-01-01T00:00:00Z');
    let ticks = 0;
    const { ask, subscribe } = await openWorld({
      sampleEveryMs: 100,
      clock: () => startMs + (ticks += 1) * 1_000,
    });
    const events = await subscribe(live, { intervalMs: 100 });
    for (let i = 0; i < 5; i += 1) await events.next();
    await events.return?.();
    const whole = at(await ask(history), '_entities', 0, 'statsHistory');
    const times = (at(whole, 'nodes') as { at: string }[]).map((sample) => sample.at);
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(times).toEqual(times.toSorted());
    expect(at(whole, 'nodes', 0, 'node', 'id')).toBe('main');

    const page = at(await ask(history, { first: 2 }), '_entities', 0, 'statsHistory');
    expect(at(page, 'pageInfo', 'hasNextPage')).toBe(true);
    const next = await ask(history, { first: 1, after: at(page, 'pageInfo', 'endCursor') });
    expect(at(next, '_entities', 0, 'statsHistory', 'nodes', 0, 'at')).toBe(times[2]);
    const since = await ask(history, { since: times[1]?.replace('.000Z', '+00:00'), first: 1 });
    expect(at(since, '_entities', 0, 'statsHistory', 'nodes', 0, 'at')).toBe(times[1]);
  });

  test('are refused with cursors of another node, sizes and times that cannot be', async () => {
    const { codes, ask } = await openWorld(rarely);
    const other = await openWorld({ node: 'other', ...rarely });
    const foreign = at(
      await other.ask(history.replace('"main"', '"other"')),
      '_entities',
      0,
      'statsHistory',
      'pageInfo',
      'endCursor',
    );
    expect(await codes(history, { after: foreign })).toEqual(['BAD_CURSOR']);
    expect(await codes(history, { first: 0 })).toEqual(['BAD_PAGE_SIZE']);
    expect(await codes(history, { since: 'yesterday' })).toEqual(['BAD_USER_INPUT']);
    const own = at(await ask(history), '_entities', 0, 'statsHistory', 'pageInfo', 'endCursor');
    expect(await codes(usage, { after: own }, admin)).toEqual(['BAD_CURSOR']);
  });
});

describe('resource usage', () => {
  test('is of the process, under the name that it runs for; people see their own, admins everybody`s', async () => {
    const { ask, codes } = await openWorld({ runsAs: 'alice', ...rarely });
    const row = {
      username: 'alice',
      processPid: process.pid,
      cpuPercent: expect.any(Number),
      memoryUsage: expect.any(Number),
      diskRead: expect.any(Number),
      diskWrite: expect.any(Number),
      networkSent: 0,
      networkReceived: 0,
    };
    const whole = { _entities: [{ resourceUsage: { totalCount: 1, nodes: [row] } }] };
    const none = { _entities: [{ resourceUsage: { totalCount: 0, nodes: [] } }] };
    const bob = { username: 'bob', role: 'DEVELOPER' } as const;
    expect(await ask(usage, {}, alice)).toEqual(whole);
    expect(await ask(usage, { username: 'alice' }, alice)).toEqual(whole);
    expect(await ask(usage, {}, admin)).toEqual(whole);
    expect(await ask(usage, {}, bob)).toEqual(none);
    expect(await ask(usage, { username: 'bob' }, admin)).toEqual(none);
    expect(await codes(usage, { username: 'alice' }, bob)).toEqual(['FORBIDDEN']);
    expect(await codes(usage, {}, player)).toEqual(['FORBIDDEN']);
    expect(await codes(usage)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('live statistics', () => {
  test('come at once and then at the interval, with the whole node', async () => {
    const { subscribe } = await openWorld(rarely);
    const events = await subscribe(live, { intervalMs: 100 });
    const startedMs = performance.now();
    const first = (await events.next()).value as unknown;
    expect(at(first, 'data', 'nodeStats')).toEqual({
      at: expect.any(String),
      node: { id: 'main', stats: { memoryMb: expect.any(Number) } },
    });
    for (let i = 0; i < 3; i += 1) await events.next();
    expect(performance.now() - startedMs).toBeGreaterThan(190);
  });

  test('are one reading of the machine however many follow', async () => {
    let readings = 0;
    const counted = (): ProcessReading => {
      readings += 1;
      return readProcess();
    };
    const { subscribe } = await openWorld({ readProcess: counted, ...rarely });
    const followers = await Promise.all(
      Array.from({ length: 50 }, () => subscribe(live, { intervalMs: 100 })),
    );
    const before = readings;
    for (let event = 0; event < 4; event += 1)
      await Promise.all(followers.map((follower) => follower.next()));
    // The first event of each was there already.
    expect(readings - before).toBeLessThanOrEqual(4);
  });

  test('give a slow reader the newest only', async () => {
    let tick = 0;
    const { subscribe } = await openWorld({ clock: () => (tick += 1) * 1_000, ...rarely });
    const slow = await subscribe(live, { intervalMs: 100 });
    const fast = await subscribe(live, { intervalMs: 100 });
    let newest: unknown;
    for (let i = 0; i < 5; i += 1) newest = at((await fast.next()).value, 'data', 'nodeStats', 'at');
    expect(at((await slow.next()).value, 'data', 'nodeStats', 'at')).toBe(newest);
  });

  test('let go of a reader that waits, and end with the world', async () => {
    const { subscribe, close } = await openWorld(rarely);
    const returned = await subscribe(live, { intervalMs: 60_000 });
    await returned.next();
    const waiting = returned.next();
    await returned.return?.();
    expect((await waiting).done).toBe(true);
    const left = await subscribe(live, {});
    await left.next();
    const ending = left.next();
    await close();
    expect((await ending).done).toBe(true);
  });

  test('end at once for other nodes, and are refused outside the allowed intervals', async () => {
    const { subscribe, world } = await openWorld(rarely);
    expect((await (await subscribe(live, { nodes: ['other'] })).next()).done).toBe(true);
    expect((await (await subscribe(live, { nodes: ['main'], intervalMs: 60_000 })).next()).done).toBe(false);
    for (const intervalMs of [-1, 0, 99, 60_001]) {
      const outcome = await world.shape.subscribe({ query: live, variables: { intervalMs } });
      expect(at(outcome, 'errors', 0, 'extensions', 'code')).toBe('BAD_USER_INPUT');
    }
  });
});
