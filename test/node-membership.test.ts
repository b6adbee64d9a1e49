import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readNodeKey } from '../identity/node-key.ts';
import { codecraft } from './support/codecraft-process.ts';
import { findFreePorts } from './support/free-ports.ts';
import { type Network, startNetwork } from './support/start-network.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { untilGraph } from './support/until-graph.ts';

// Each case starts processes.
vi.setConfig({ testTimeout: 120_000 });

async function run(...args: readonly string[]) {
  const ran = codecraft(args);
  return { code: await ran.ended, output: ran.output() };
}

function flags(network: Network, port: number, ...more: readonly string[]): readonly string[] {
  const { fingerprint } = network.keyOf('initial').publicKey;
  return [
    ...`node --kind trusted --name rome --port ${port} --initial ${network.initial.url}`.split(' '),
    '--dir',
    network.place('rome'),
    '--initial-key',
    fingerprint,
    ...more,
  ];
}

const status = '{ node(id: "rome") { status fingerprint } }';

function untilOnline(network: Network, fingerprint: string) {
  return untilGraph(network.initial.url, status, (data) =>
    expect(data).toEqual({ node: { status: 'ONLINE', fingerprint } }),
  );
}

test('keygen makes a key once, shows it from then on, and takes those of ssh-keygen', async () => {
  const dir = join(temporaryFolder(), 'node');
  const made = await run('keygen', '--dir', dir);
  const { line, fingerprint } = readNodeKey(join(dir, 'id_ed25519')).publicKey;
  expect(made).toMatchObject({
    code: 0,
    output: expect.stringContaining(`${line}\n${fingerprint}`) as string,
  });
  const again = await run('keygen', '--dir', dir);
  expect(again.output).toBe(made.output.replace('Made', 'There is already'));

  const file = join(temporaryFolder(), 'stock');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const stock = await run('keygen', '--file', file);
  expect(stock.output).toContain(readFileSync(`${file}.pub`, 'utf8').split(' ')[1]);
  const rsa = join(temporaryFolder(), 'rsa');
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-N', '', '-f', rsa]);
  expect(await run('keygen', '--file', rsa)).toMatchObject({
    code: 1,
    output: expect.stringContaining('expected an ed25519 key') as string,
  });
  expect((await run('keygen')).output).toContain('Say where');
});

test('a node registers by a signature of stock ssh-keygen, and goes on by itself when it is approved', async () => {
  const network = await startNetwork({ approveLoopbackNodes: false });
  const [port = 0] = await findFreePorts(1);
  await run('keygen', '--dir', network.place('rome'));
  const { fingerprint } = network.keyOf('rome').publicKey;

  const early = await run(...flags(network, port, '--registration', '/dev/null'));
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining('--print-registration') as string });
  const printed = await run(...flags(network, port, '--print-registration'));
  expect(printed.code).toBe(0);
  const [text = '', hint = ''] = printed.output.split('Sign this');
  const [, namespace = ''] = /-n (\S+)/.exec(hint) ?? [];
  const statement = join(temporaryFolder(), 'statement');
  writeFileSync(statement, text);
  const keyFile = join(network.place('rome'), 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', keyFile, '-n', namespace, statement]);
  const registered = await run(...flags(network, port, '--registration', `${statement}.sig`));
  expect(registered).toMatchObject({ code: 0, output: expect.stringContaining(fingerprint) as string });
  const replayed = await run(...flags(network, port, '--registration', `${statement}.sig`));
  expect(replayed).toMatchObject({ code: 1, output: expect.stringContaining('ask for a new one') as string });

  const node = codecraft(['node', '--dir', network.place('rome')]);
  await node.waitFor(/waits for an admin/);
  await network.ask('mutation ($f: String!) { approveNode(fingerprint: $f) { id } }', { f: fingerprint });
  await node.waitFor(/The trusted node rome is up/);
  await untilOnline(network, fingerprint);
});

test('a node that changes its key is the same node, also when it is done twice, and leaves for good', async () => {
  const network = await startNetwork();
  const first = codecraft(flags(network, 0));
  await first.waitFor(/The trusted node rome is up/);
  const old = network.keyOf('rome');
  const place = (file: string) => join(network.place('rome'), file);
  // As if the first attempt had been cut off before it could put the key in its place.
  expect((await run('node', 'rotate-key', '--dir', network.place('rome'))).code).toBe(0);
  const next = network.keyOf('rome');
  renameSync(place('id_ed25519'), place('id_ed25519.next'));
  renameSync(place('id_ed25519.old'), place('id_ed25519'));
  const again = await run('node', 'rotate-key', '--dir', network.place('rome'));
  expect(again.output).toContain(next.publicKey.fingerprint);
  expect(network.keyOf('rome').publicKey.line).toBe(next.publicKey.line);
  expect(readFileSync(place('id_ed25519.pub'), 'utf8')).toBe(`${next.publicKey.line}\n`);
  expect(readNodeKey(place('id_ed25519.old')).publicKey.line).toBe(old.publicKey.line);
  first.signal('SIGTERM');
  await first.ended;

  const second = codecraft(['node', '--dir', network.place('rome'), '--port', '0']);
  await second.waitFor(/The trusted node rome is up/);
  await untilOnline(network, next.publicKey.fingerprint);

  const unsure = await run('node', 'leave', '--dir', network.place('rome'));
  expect(unsure).toMatchObject({ code: 1, output: expect.stringContaining('Say --yes') as string });
  expect(await run('node', 'leave', '--yes', '--dir', network.place('rome'))).toMatchObject({ code: 0 });
  await second.waitFor(/the network refuses this node/);
  expect(await network.ask('{ nodes(status: RETIRED) { nodes { id } } }')).toEqual({
    nodes: { nodes: [{ id: 'rome' }] },
  });
  second.signal('SIGTERM');
  await second.ended;
  const back = codecraft(['node', '--dir', network.place('rome')]);
  await back.waitFor(/has left the network for good/);
});

test('rotate-key and leave are for nodes that have joined', async () => {
  const nowhere = temporaryFolder();
  for (const args of [['rotate-key'], ['leave', '--yes']]) {
    const { code, output } = await run('node', ...args, '--dir', nowhere);
    expect([code, output]).toEqual([1, expect.stringContaining('has joined a network')]);
  }
});
