import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import type { Viewer } from '../wire/viewer.ts';
import { admin, alice, at, bob, openWorld, player, type TestWorld } from './support/open-world.ts';

const follow =
  'subscription ($agent: ID = "alice/scout", $after: String) { agentLog(agent: $agent, after: $after) { cursor at level text } }';

async function deploy({ ask }: TestWorld, name = 'scout'): Promise<void> {
  await ask(
    'mutation ($name: String!) { deployAgent(node: "main", input: { name: $name, code: "x" }) { id } }',
    { name },
    alice,
  );
}

interface Line {
  readonly cursor: string;
  readonly text: string;
}

async function read(events: AsyncIterator<unknown>, count: number): Promise<Line[]> {
  const lines: Line[] = [];
  while (lines.length < count) {
    const { value, done } = await events.next();
    if (done) throw new Error(`Ended after ${lines.length} of ${count} lines`);
    lines.push(at(value, 'data', 'agentLog') as Line);
  }
  return lines;
}

const texts = (lines: readonly Line[]) => lines.map(({ text }) => text);

describe('the log of an agent', () => {
  test('is given from the oldest line on, then as it grows; deploys and changes of status are in it', async () => {
    const world = await openWorld();
    await deploy(world);
    const events = await world.subscribe(follow, {}, alice);
    expect(texts(await read(events, 1))).toEqual([expect.stringContaining('Deployed')]);
    const next = read(events, 3);
    await world.world.appendLog('alice/scout', 'warn', 'careful');
    await world.ask('mutation { setAgentStatus(id: "alice/scout", status: RUNNING) { id } }', {}, alice);
    await deploy(world);
    expect(await next).toMatchObject([
      { level: 'warn', text: 'careful' },
      { level: 'info', text: 'Status: RUNNING' },
      { level: 'info', text: expect.stringContaining('Deployed again') },
    ]);
  });

  test('goes on after a cursor without a gap or a line twice, also after a restart', async () => {
    const first = await openWorld();
    await deploy(first);
    for (let i = 0; i < 250; i += 1) await first.world.appendLog('alice/scout', 'info', `line ${i}`);
    const seen = await read(await first.subscribe(follow, {}, alice), 120);
    await first.close();
    const second = await openWorld({ folder: first.folder });
    const events = await second.subscribe(follow, { after: seen.at(-1)?.cursor }, alice);
    const rest = await read(events, 131);
    expect(texts([...seen, ...rest]).slice(1)).toEqual(Array.from({ length: 250 }, (_, i) => `line ${i}`));
    const cursors = [...seen, ...rest].map(({ cursor }) => cursor);
    expect(cursors.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))).toEqual(cursors);
  });

  test('is given to many readers at their own pace while it is written', async () => {
    const world = await openWorld();
    await deploy(world);
    const readers = await Promise.all(
      Array.from({ length: 10 }, () => world.subscribe(follow, { after: 'now' }, alice)),
    );
    const all = readers.map((reader) => read(reader, 100));
    for (let i = 0; i < 100; i += 1) await world.world.appendLog('alice/scout', 'info', `line ${i}`);
    const expected = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    for (const lines of await Promise.all(all)) expect(texts(lines)).toEqual(expected);
  });

  test('is followed from now on with `now`', async () => {
    const world = await openWorld();
    await deploy(world);
    const events = await world.subscribe(follow, { after: 'now' }, alice);
    await world.world.appendLog('alice/scout', 'info', 'later');
    expect(texts(await read(events, 1))).toEqual(['later']);
  });

  test('keeps the newest 10,000 lines, and numbers go on', async () => {
    const first = await openWorld();
    await deploy(first);
    await first.close();
    const sqlite = new SqliteDatabase(join(first.folder, 'data.db'));
    const insert = sqlite.prepare(
      "insert into agent_logs (agent_id, epoch, sequence, at, level, text) values ('alice/scout', 1, ?, '', 'info', ?)",
    );
    sqlite.transaction(() => {
      for (let i = 2; i <= limits.maxLogLines; i += 1) insert.run(i, `line ${i}`);
      sqlite.prepare('update agents set log_sequence = ?').run(limits.maxLogLines);
    })();
    sqlite.close();
    const world = await openWorld({ folder: first.folder });
    for (const text of ['one more', 'and another']) await world.world.appendLog('alice/scout', 'info', text);
    const lines = await read(await world.subscribe(follow, {}, alice), limits.maxLogLines);
    expect(texts([...lines.slice(0, 1), ...lines.slice(-2)])).toEqual(['line 3', 'one more', 'and another']);
  });

  test('cuts a line that is too long', async () => {
    const world = await openWorld();
    await deploy(world);
    await world.world.appendLog('alice/scout', 'info', 'x'.repeat(10_000));
    const [, long] = await read(await world.subscribe(follow, {}, alice), 2);
    expect(long?.text.length).toBe(limits.maxLogLineLength);
  });

  test('lets go of a reader that waits at once: returned, cancelled, or closed with the world', async () => {
    const world = await openWorld();
    await deploy(world);
    const returned = await world.subscribe(follow, { after: 'now' }, alice);
    const waiting = returned.next();
    await returned.return?.();
    expect((await waiting).done).toBe(true);

    const cancel = new AbortController();
    const { shape } = world.world;
    const cancelled = await shape.subscribe({
      query: follow,
      variables: { after: 'now' },
      viewer: alice,
      signal: cancel.signal,
    });
    const left = await world.subscribe(follow, { after: 'now' }, alice);
    if (!(Symbol.asyncIterator in cancelled)) throw new Error('Expected events');
    const ends = [cancelled.next(), left.next()];
    cancel.abort();
    expect((await ends[0])?.done).toBe(true);
    await world.close();
    expect((await ends[1])?.done).toBe(true);
  });

  test('is refused for all but its owner and admins, with a cursor of another log, and for an agent that is not here', async () => {
    const world = await openWorld();
    await deploy(world);
    await deploy(world, 'other');
    const [line] = await read(await world.subscribe(follow, { agent: 'alice/other' }, alice), 1);
    const refusals: readonly [Record<string, unknown>, Viewer | undefined, string][] = [
      [{}, undefined, 'UNAUTHENTICATED'],
      [{}, player, 'FORBIDDEN'],
      [{}, bob, 'FORBIDDEN'],
      [{ agent: 'alice/nobody' }, bob, 'FORBIDDEN'],
      [{ agent: 'nonsense' }, alice, 'FORBIDDEN'],
      [{ agent: 'nonsense' }, admin, 'MOVED'],
      [{ after: line?.cursor }, alice, 'BAD_CURSOR'],
      [{ after: '' }, alice, 'BAD_CURSOR'],
      [{ after: '0000000000000001' }, alice, 'BAD_CURSOR'],
      [{ agent: 'alice/nobody' }, alice, 'MOVED'],
    ];
    for (const [variables, viewer, code] of refusals) {
      const outcome = await world.world.shape.subscribe({ query: follow, variables, viewer });
      expect(at(outcome, 'errors', 0, 'extensions', 'code')).toBe(code);
    }
    await expect(world.world.appendLog('alice/nobody', 'info', 'x')).rejects.toThrow(
      'does not live on this node',
    );
  });

  test('refuses a cursor ahead of what it has had, as when its database was set back', async () => {
    const ahead = await openWorld();
    await deploy(ahead);
    await ahead.world.appendLog('alice/scout', 'info', 'second');
    const [, second] = await read(await ahead.subscribe(follow, {}, alice), 2);
    const behind = await openWorld();
    await deploy(behind);
    const outcome = await behind.world.shape.subscribe({
      query: follow,
      variables: { after: second?.cursor },
      viewer: alice,
    });
    expect(at(outcome, 'errors', 0, 'extensions', 'code')).toBe('BAD_CURSOR');
  });
});
