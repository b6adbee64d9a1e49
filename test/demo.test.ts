import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../client/connect.ts';
import {
  EntityDocument,
  MessagesDocument,
  NetworkOverviewDocument,
  SignInDocument,
} from '../client/generated/graphql.ts';
import { openRegistryTables } from '../nodes/open-tables.ts';
import { codecraft } from './support/codecraft-process.ts';
import { postGraphql } from './support/post-graphql.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Five processes on two cores, each started twice or more.
vi.setConfig({ testTimeout: 300_000 });

async function startDemo(folder: string) {
  const demo = codecraft(['demo', '--dir', folder, '--port', '0']);
  const [, url = ''] = await demo.waitFor(/graph +(http:\S+)\/graphql/);
  await demo.waitFor(/Ctrl-C stops it all/);
  const pidOf = (name: string) =>
    Number(new RegExp(`^  ${name} .*process (\\d+)$`, 'm').exec(demo.output())?.[1]);
  const client = connect(url);
  onTestFinished(() => client.close());
  const [, username = '', password = ''] = await demo.waitFor(/sign in as (\w+), password (\S+)/);
  const { data } = await client.mutate(SignInDocument, { username, password });
  client.setToken(data.signIn?.token);
  return { demo, url, client, pidOf };
}

/** How each node is reached, as strangers see it. */
async function waysTo(url: string): Promise<Record<string, unknown>> {
  const { body } = await postGraphql(`${url}/graphql`, {
    query: '{ nodes { nodes { id status port proxy { id } } } }',
  });
  const { nodes } = (body as { data: { nodes: { nodes: readonly { id: string }[] } } }).data.nodes;
  return Object.fromEntries(nodes.map(({ id, ...way }) => [id, way]));
}

test('the demo shows one graph of four processes, survives the death of a node and stops cleanly', async () => {
  const folder = temporaryFolder();
  const { demo, url, client, pidOf } = await startDemo(folder);

  const overview = await client.query(NetworkOverviewDocument);
  expect(overview.errors).toEqual([]);
  expect(overview.network).toEqual({ asked: 4, answered: 4, failed: [] });
  expect(overview.data?.nodes.nodes.map((node) => node.id).sort()).toEqual([
    'forest',
    'harbour',
    'initial',
    'workshop',
  ]);
  // The local node has no place at which the network would dial it; the others have one.
  expect(await waysTo(url)).toEqual({
    initial: { status: 'ONLINE', port: Number(new URL(url).port), proxy: null },
    harbour: { status: 'ONLINE', port: expect.any(Number), proxy: null },
    forest: { status: 'ONLINE', port: expect.any(Number), proxy: null },
    workshop: { status: 'ONLINE', port: null, proxy: { id: 'initial' } },
  });
  for (const path of ['/health', '/ready']) expect((await fetch(url + path)).status).toBe(200);

  // A saved file is in the graph.
  const file = join(folder, 'harbour/entities/developers/ada/npc/keeper.json');
  const keeper = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...keeper, greeting: 'Ahoy.' }));
  await vi.waitFor(
    async () => {
      const { data } = await client.query(EntityDocument, { id: 'harbour/ada/npc/keeper' });
      expect(data?.entity?.data).toMatchObject({ greeting: 'Ahoy.' });
    },
    { timeout: 5_000, interval: 50 },
  );

  // Every message once, in order, while the node on which they arrive is killed and comes back.
  const sequences: number[] = [];
  const feed = client.feed(MessagesDocument, { agent: 'ada/courier' });
  const read = async (until: (sequence: number) => boolean) => {
    for (;;) {
      const { value } = await feed.next();
      const sequence = value?.data?.messages?.message?.sequence;
      if (sequence === undefined) continue;
      sequences.push(sequence);
      if (until(sequence)) return;
    }
  };
  await read(() => true);
  process.kill(pidOf('harbour'), 'SIGKILL');
  await demo.waitFor(/harbour has ended/);
  const partial = await client.query(NetworkOverviewDocument);
  expect(partial.network).toMatchObject({ failed: ['harbour'] });
  expect(partial.errors.map((error) => error.extensions?.['code'])).toContain('NODE_UNREACHABLE');
  expect(partial.data?.nodes.nodes.find((node) => node.id === 'forest')?.stats).toBeTruthy();
  await demo.waitFor(/harbour is back/);
  const before = sequences.length;
  await read(() => sequences.length >= before + 2);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  await feed.return?.();

  // The initial node, with all links and tunnels: everybody comes back by themselves.
  process.kill(pidOf('initial'), 'SIGKILL');
  await demo.waitFor(/initial is back/);
  await vi.waitFor(
    async () => {
      const back = await client.query(NetworkOverviewDocument);
      expect(back.network).toEqual({ asked: 4, answered: 4, failed: [] });
      expect(await waysTo(url)).toMatchObject({
        workshop: { status: 'ONLINE', port: null, proxy: { id: 'initial' } },
      });
    },
    { timeout: 30_000, interval: 200 },
  );

  const children = ['harbour', 'harbour', 'forest', 'workshop'].map(pidOf);
  demo.signal('SIGINT');
  expect(await demo.ended).toBe(0);
  for (const pid of children) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);

  // And it goes on where it ended, each node known by its key: a token was needed at the first start only.
  const tokens = await joinTokens(folder);
  expect(tokens).toBe(3);
  const again = await startDemo(folder);
  expect(await joinTokens(folder)).toBe(tokens);
  expect(await waysTo(again.url)).toMatchObject({
    workshop: { status: 'ONLINE', port: null, proxy: { id: 'initial' } },
  });
  const { data } = await again.client.query(EntityDocument, { id: 'harbour/ada/npc/keeper' });
  expect(data?.entity?.data).toMatchObject({ greeting: 'Ahoy.' });
  again.demo.signal('SIGTERM');
  expect(await again.demo.ended).toBe(0);
});

/** How many have been made in the network of this demo. */
async function joinTokens(folder: string): Promise<number> {
  const tables = await openRegistryTables(join(folder, 'initial'));
  const rows = await tables.db.selectFrom('join_tokens').select('used_by').execute();
  await tables.close();
  return rows.length;
}

test('a port that is taken is named, and nothing is left running', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  const folder = temporaryFolder();
  const demo = codecraft(['demo', '--dir', folder, '--port', String(port)]);
  expect(await demo.ended).toBe(1);
  expect(demo.output()).toContain(`the port ${port} is taken`);
});
