import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createServer } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { peerTls } from '../identity/peer-tls.ts';
import { learnInitialKey } from '../nodes/first-contact.ts';
import { codecraft, codecraftAtTerminal } from './support/codecraft-process.ts';
import { newIdentity } from './support/node-keys.ts';
import { startNetwork } from './support/start-network.ts';

const other = `SHA256:${'A'.repeat(43)}`;

/** Somebody who answers as an initial node would, and what is said there after the handshake. */
async function startSomebody() {
  const identity = await newIdentity();
  const said: Buffer[] = [];
  const sockets: TLSSocket[] = [];
  const server = createServer({ ...peerTls(identity.certificate), requestCert: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => void said.push(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, said, sockets, fingerprint: identity.key.publicKey.fingerprint };
}

describe('the key of the initial node', () => {
  const nowhere = { host: '127.0.0.1', port: 1 };
  const ask = async (options: Partial<Parameters<typeof learnInitialKey>[0]>) =>
    learnInitialKey({
      address: nowhere,
      certificate: (await newIdentity()).certificate,
      membership: undefined,
      ...options,
    });

  test.each<[string, Partial<Parameters<typeof learnInitialKey>[0]>]>([
    ['--initial-key', { initialKey: other }],
    ['the join token', { joinToken: `${other}.secret` }],
    ['the folder of a node that has joined', { membership: { initialKey: other, node: 'rome' } }],
    ['the folder of one that has not yet', { membership: { initialKey: other } }],
    ['--initial-key, after a slip', { membership: { initialKey: 'SHA256:x' }, initialKey: other }],
    ['the folder and the flag alike', { membership: { initialKey: other, node: 'rome' }, initialKey: other }],
  ])('is known by %s, without anybody being asked', async (_, options) => {
    expect(await ask(options)).toBe(other);
  });

  test('is another one for a node that has joined: it is told so', async () => {
    const membership = { initialKey: 'SHA256:x', node: 'rome' };
    await expect(ask({ membership, initialKey: other })).rejects.toThrow('Take another folder');
    await expect(ask({ membership, joinToken: `${other}.secret` })).rejects.toThrow('Take another folder');
  });

  test.each([
    ['yes', true],
    ['no', false],
  ])('is shown to a person who says %s, and nothing is said to whoever has it', async (_, isRight) => {
    const somebody = await startSomebody();
    const shown: string[] = [];
    const asked = ask({
      address: { host: '127.0.0.1', port: somebody.port },
      joinToken: 'of-an-older-kind',
      confirm: (fingerprint) => {
        shown.push(fingerprint);
        return Promise.resolve(isRight);
      },
    });
    const outcome = await asked.catch(String);
    expect(outcome).toContain(`${isRight ? '' : '--initial-key '}${somebody.fingerprint}`);
    expect(shown).toEqual([somebody.fingerprint]);
    await Promise.all(somebody.sockets.map(async (socket) => socket.destroyed || once(socket, 'close')));
    expect(somebody.said).toEqual([]);
  });
});

describe('codecraft node, for the first time', { timeout: 120_000 }, () => {
  const flags = (folder: string, url: string, ...more: readonly string[]) => [
    ...`node --kind trusted --name rome --port 0 --initial ${url} --dir ${folder}`.split(' '),
    ...more,
  ];
  const nodes = '{ nodes { nodes { id } } }';

  test('ends where nobody has told the key and nobody sits at a terminal, and says how to go on', async () => {
    const network = await startNetwork();
    const node = codecraft(flags(network.place('rome'), network.initial.url));
    expect(await node.ended).toBe(1);
    const { fingerprint } = network.keyOf('initial').publicKey;
    expect(node.output()).toContain(`--initial-key ${fingerprint}`);
    expect(await network.ask(nodes)).toEqual({ nodes: { nodes: [{ id: 'initial' }] } });
    expect(existsSync(join(network.place('rome'), 'membership.json'))).toBe(false);
  });

  test('tells a wrong initial node nothing, and joins when the right key is said', async () => {
    const network = await startNetwork();
    const wrong = codecraft(flags(network.place('rome'), network.initial.url, '--initial-key', other));
    await wrong.waitFor(/Another key answers there.*out of reach/);
    expect(await network.ask(nodes)).toEqual({ nodes: { nodes: [{ id: 'initial' }] } });
    wrong.signal('SIGKILL');
    await wrong.ended;
    const { fingerprint } = network.keyOf('initial').publicKey;
    const right = codecraft(flags(network.place('rome'), network.initial.url, '--initial-key', fingerprint));
    await right.waitFor(/The trusted node rome is up/);
  });

  test.each([
    ['yes', /The trusted node rome is up/],
    ['no', /Ask whoever runs the initial node/],
  ])('asks a person at a terminal, and heeds a %s', async (answer, outcome) => {
    const network = await startNetwork();
    const node = codecraftAtTerminal(flags(network.place('rome'), network.initial.url), `${answer}\n`);
    await node.waitFor(outcome);
    expect(node.output()).toContain(network.keyOf('initial').publicKey.fingerprint);
  });
});
