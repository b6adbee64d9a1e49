import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { stockSsh } from './support/stock-ssh.ts';
import { exchange, newKey, startProxy, type TestProxy } from './support/tunnel-network.ts';

test('stock ssh -N -R with a registered key tunnels a node', async () => {
  const { proxy, key, port } = await startNetwork();
  stockSsh('ssh', proxy, { key, args: ['-N', '-R', `0:127.0.0.1:${port}`, 'anybody@127.0.0.1'] });
  const opened = await proxy.changes.until(({ kind }) => kind === 'OPENED');
  expect(opened).toEqual({ node: 'n1', kind: 'OPENED', reason: 'opened', instance: 'at 127.0.0.1' });
  expect(await exchange(await proxy.server.dial('n1'), 'hello')).toBe('hello');
  const large = randomBytes(2 * 1_048_576).toString('hex');
  expect(await exchange(await proxy.server.dial('n1'), large)).toBe(large);
});

test('stock ssh may name its node and a port, and gets new keys without noticing', async () => {
  const { proxy, key, port } = await startNetwork({ tunnelRekeyMs: 20 });
  stockSsh('ssh', proxy, { key, args: ['-N', '-R', `n1:80:127.0.0.1:${port}`, '127.0.0.1'] });
  await proxy.changes.until(({ kind }) => kind === 'OPENED');
  const large = randomBytes(8 * 1_048_576).toString('hex');
  expect(await exchange(await proxy.server.dial('n1'), large)).toBe(large);
});

test('stock ssh -W with a key that may dial reaches a node by its name', async () => {
  const { proxy, key, port } = await startNetwork();
  const initial = newKey();
  proxy.register(initial, { node: 'n0', may: ['dial'] });
  stockSsh('ssh', proxy, { key, args: ['-N', '-R', `0:127.0.0.1:${port}`, '127.0.0.1'] });
  await proxy.changes.until(({ kind }) => kind === 'OPENED');
  const { output } = await stockSsh('ssh', proxy, {
    key: initial,
    args: ['-W', 'n1:1', '127.0.0.1'],
    input: 'from a shell',
  }).ended;
  expect(output).toBe('from a shell');
});

test('stock ssh that goes has no tunnel any more', async () => {
  const { proxy, key, port } = await startNetwork();
  const { child } = stockSsh('ssh', proxy, {
    key,
    args: ['-N', '-R', `0:127.0.0.1:${port}`, '127.0.0.1'],
  });
  await proxy.changes.until(({ kind }) => kind === 'OPENED');
  child.kill('SIGTERM');
  expect(await proxy.changes.until(({ kind }) => kind === 'CLOSED')).toMatchObject({ reason: 'lost' });
  expect(proxy.server.has('n1')).toBe(false);
});

test.for([
  ['the name of another node', ['-N', '-R', 'n2:0:127.0.0.1:1']],
  ['an address', ['-N', '-R', '127.0.0.1:0:127.0.0.1:1']],
  ['a second forward', ['-N', '-R', '0:127.0.0.1:1', '-R', '0:127.0.0.1:2']],
  ['a socket file', ['-N', '-R', '/tmp/codecraft-test.sock:127.0.0.1:1']],
] as const)('a forward of %s is refused', async ([, args]) => {
  const { proxy, key } = await startNetwork();
  const { code, output } = await stockSsh('ssh', proxy, { key, args: [...args, '127.0.0.1'] }).ended;
  expect(output).toMatch(/remote port forwarding failed|remote forward failure/);
  expect(code).toBe(255);
});

test.for([
  ['a command', ['127.0.0.1', 'id']],
  ['a shell', ['-tt', '127.0.0.1']],
  ['a shell with agent, X11 and environment', ['-A', '-X', '-o', 'SetEnv=A=b', '127.0.0.1']],
  ['another subsystem', ['-s', '127.0.0.1', 'netconf']],
  ['a way to an address', ['-W', '127.0.0.1:80', '127.0.0.1']],
  ['sftp', ['-s', '127.0.0.1', 'sftp']],
] as const)('%s is refused to a key that may tunnel', async ([, args]) => {
  const { proxy, key } = await startNetwork();
  const { code, output } = await stockSsh('ssh', proxy, { key, args }).ended;
  expect(code).toBe(255);
  expect(output).toMatch(/open failed|administratively prohibited/);
});

test('stock ssh with a key that nobody has, or no key, is refused', async () => {
  const { proxy } = await startNetwork();
  const { code, output } = await stockSsh('ssh', proxy, { key: newKey(), args: ['-N', '127.0.0.1'] }).ended;
  expect(code).toBe(255);
  expect(output).toContain('Permission denied (publickey)');
});

/** A proxy, a key of the node n1, and a service that gives back what it gets. */
async function startNetwork(limits: { readonly tunnelRekeyMs?: number } = {}): Promise<{
  readonly proxy: TestProxy;
  readonly key: ReturnType<typeof newKey>;
  readonly port: number;
}> {
  const proxy = await startProxy({ limits });
  const key = newKey();
  proxy.register(key, { node: 'n1', may: ['tunnel'] });
  const service = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  onTestFinished(() => void service.close());
  return { proxy, key, port: (service.address() as AddressInfo).port };
}
