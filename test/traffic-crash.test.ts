import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../schema/limits.ts';
import { PeerSession } from '../subgraphs/serve/peer-session.ts';
import { pruneIds } from '../subgraphs/traffic/prune-ids.ts';
import { createPost } from '../subgraphs/traffic/create-post.ts';
import { migrate } from '../subgraphs/serve/migrate.ts';
import { openDatabase } from '../subgraphs/serve/open-database.ts';
import type { TrafficTables } from '../subgraphs/traffic/database.ts';
import { trafficMigrations } from '../subgraphs/traffic/migrations.ts';
import type { Delivery, DeliveryOutcome } from '../subgraphs/traffic/delivery.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { openTraffic, trafficOnDisk } from './support/traffic-on-disk.ts';

/** Lines of a process that is killed at the given one. */
async function linesUntilKilled(script: string, file: string, count: number): Promise<readonly string[]> {
  const path = new URL(`support/${script}`, import.meta.url).pathname;
  const child = spawn(process.execPath, ['bin/run.js', path, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return lines;
}

test(
  'what was in an outbox when its process was killed arrives, in order and once',
  { timeout: 60_000 },
  async () => {
    const file = join(temporaryFolder(), 'data.db');
    const kept = await linesUntilKilled('hand-over-until-killed.ts', file, 300);
    expect(kept.length).toBeGreaterThanOrEqual(300);

    const home = await trafficOnDisk();
    const brought: Delivery[] = [];
    const { db, close } = await openTraffic(file, {
      epochOf: async () => undefined,
      post: createPost({
        self: 'a',
        initial: 'initial',
        locate: async (agents) => new Map(agents.map((agent) => [agent, { node: 'b', epoch: 1 }])),
        canReach: (node) => node === 'b',
        onReach: () => () => undefined,
        ask: async (_node, { variables }) => {
          const batch = variables['batch'] as readonly Delivery[];
          brought.push(...batch);
          return { outcomes: await acceptAt(home.traffic, batch) };
        },
      }),
    });
    onTestFinished(close);
    await vi.waitFor(
      async () => expect(await db.selectFrom('outbox').select('position').execute()).toEqual([]),
      { timeout: 20_000, interval: 20 },
    );
    const stored = await home.db
      .selectFrom('messages')
      .select(['number', 'body'])
      .where('inbox', '=', 'ada/guard')
      .orderBy('sequence')
      .execute();
    const numbers = stored.map(({ body }) => Number(body));
    expect(kept.map(Number).filter((number) => !numbers.includes(number))).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(stored.map(({ number }) => number)).toEqual(stored.map((_, index) => index + 1));
    expect(brought).toHaveLength(stored.length);
  },
);

async function acceptAt(
  traffic: Awaited<ReturnType<typeof trafficOnDisk>>['traffic'],
  batch: readonly Delivery[],
): Promise<readonly DeliveryOutcome[]> {
  const { data, errors } = await traffic.peer.execute({
    query: 'mutation ($batch: Deliveries!) { deliver(batch: $batch) }',
    variables: { batch },
    session: new PeerSession({ node: 'initial', isInitial: true }),
  });
  if (errors) throw errors[0];
  return data?.['deliver'] as readonly DeliveryOutcome[];
}

test('ids are remembered for longer than a message may be on its way, and then forgotten', async () => {
  expect(limits.rememberIdsMs).toBeGreaterThan(2 * limits.maxTtlSeconds * 1_000);
  let time = Date.parse('2026-11-25T12:00:00Z');
  const { traffic, db } = await trafficOnDisk({ now: () => time });
  const send = async () => {
    const query = 'mutation { sendMessage(input: { to: "ada/guard", body: 1, id: "one" }) { duplicate } }';
    const { data } = await traffic.shape.execute({ query, viewer: { username: 'bob', role: 'PLAYER' } });
    return Object(data?.['sendMessage']).duplicate as unknown;
  };
  expect(await send()).toBe(false);
  time += limits.rememberIdsMs;
  await pruneIds(db, time);
  expect(await send()).toBe(true);
  time += 1;
  expect(await pruneIds(db, time)).toBe(false);
  expect(await send()).toBe(false);
});

test('messages of an earlier version are kept, with their cursors and ids', async () => {
  const file = join(temporaryFolder(), 'data.db');
  const database = openDatabase<TrafficTables>(file);
  const { '001-messages': first } = trafficMigrations;
  if (!first) throw new Error('Expected the first step');
  await migrate(database.db, 'traffic', { '001-messages': first });
  await sql`insert into inboxes values ('ada/guard', 5, 2)`.execute(database.db);
  for (const sequence of [4, 5]) {
    await sql`insert into messages values ('ada/guard', ${sequence}, 'bob', ${`id${sequence}`}, '"hello"', 'then')`.execute(
      database.db,
    );
  }
  await database.close();
  const { traffic, close } = await openTraffic(file);
  onTestFinished(close);
  expect((await traffic.take('ada/guard', 10)).map(({ sequence }) => sequence)).toEqual([4, 5]);
  expect(await traffic.unread('ada/guard')).toBe(2);
  const query = `mutation ($id: ID!) { sendMessage(input: { to: "ada/guard", body: 1, id: $id }) { sequence duplicate } }`;
  const send = async (id: string) => {
    const { data } = await traffic.shape.execute({
      query,
      variables: { id },
      viewer: { username: 'bob', role: 'PLAYER' },
    });
    return { ...Object(data?.['sendMessage']) } as unknown;
  };
  expect(await send('id4')).toEqual({ sequence: 4, duplicate: true });
  expect(await send('id6')).toEqual({ sequence: 6, duplicate: false });
});
