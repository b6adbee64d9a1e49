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
import { codecraft } from './support/codecraft-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Five processes on two cores.
vi.setConfig({ testTimeout: 120_000 });

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

  const children = ['initial', 'harbour', 'forest', 'workshop'].map(pidOf);
  demo.signal('SIGINT');
  expect(await demo.ended).toBe(0);
  for (const pid of children) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);

  // And it goes on where it ended.
  const again = await startDemo(folder);
  const { data } = await again.client.query(EntityDocument, { id: 'harbour/ada/npc/keeper' });
  expect(data?.entity?.data).toMatchObject({ greeting: 'Ahoy.' });
  again.demo.signal('SIGTERM');
  expect(await again.demo.ended).toBe(0);
});

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
