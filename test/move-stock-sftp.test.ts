import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { deferred } from '../wire/deferred.ts';
import { startNetwork } from './support/start-network.ts';
import { newKey } from './support/node-keys.ts';
import { stockSsh } from './support/stock-ssh.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { untilGraph } from './support/until-graph.ts';

// Five programs are started, on a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

test("stock sftp with a node's key hands over the files of its move, reaches nothing else, and ends by itself", async () => {
  const copied = deferred<void>();
  const goOn = deferred<void>();
  const started = await startNetwork(
    {},
    {
      onPoint: (point) => {
        if (point !== 'after copy') return undefined;
        copied.resolve();
        return goOn.promise;
      },
    },
  );
  await started.join('laptop', { kind: 'local', hosting: 'network' });
  await untilGraph(started.initial.url, '{ nodes(status: ONLINE) { nodes { id } } }', (data) =>
    expect(data).toMatchObject({ nodes: { nodes: [{ id: 'initial' }, { id: 'laptop' }] } }),
  );
  await started.ask(
    'mutation { deployAgent(node: "initial", input: { name: "guard", code: "export function tick() {}" }) { id } }',
    {},
    'DEVELOPER',
  );
  const moved = Object(
    await started.ask('mutation { moveAgent(id: "developer/guard", to: "laptop") { id } }', {}, 'DEVELOPER'),
  );
  const { id } = Object(moved.moveAgent);
  await copied.promise;
  const local = temporaryFolder();
  writeFileSync(join(local, 'mine'), 'm'.repeat(65_536));
  const sftp = (key: Parameters<typeof stockSsh>[2]['key'], ...lines: string[]) =>
    stockSsh(
      'sftp',
      { port: started.port, key: started.keyOf('initial') },
      {
        key,
        args: ['-b', '-', 'anybody@127.0.0.1'],
        input: `${lines.join('\n')}\n`,
      },
    ).ended;

  const own = await sftp(
    started.keyOf('laptop'),
    `get ${id}/copy-1 ${local}/copy`,
    `put ${local}/mine ${id}/mine`,
    `get ${id}/mine ${local}/back`,
  );
  expect(own).toMatchObject({ code: 0 });
  const copy: unknown = JSON.parse(readFileSync(join(local, 'copy'), 'utf8'));
  expect(copy).toMatchObject({ world: { agent: { agent_id: 'developer/guard' } } });
  expect(readFileSync(join(local, 'back'), 'utf8')).toBe('m'.repeat(65_536));

  for (const line of [`get ../data.db ${local}/data.db`, `put ${local}/mine mine`])
    expect((await sftp(started.keyOf('laptop'), line)).code).toBe(1);
  expect((await sftp(newKey(), `get ${id}/copy ${local}/stolen`)).code).not.toBe(0);
  goOn.resolve();
  await vi.waitFor(() => expect(existsSync(join(started.place('initial'), 'spool', id))).toBe(false), {
    timeout: 10_000,
    interval: 20,
  });
  expect((await sftp(started.keyOf('laptop'), `get ${id}/copy ${local}/late`)).code).toBe(1);
  for (const name of ['data.db', 'stolen', 'late']) expect(existsSync(join(local, name))).toBe(false);
});
