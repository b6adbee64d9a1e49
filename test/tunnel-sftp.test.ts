import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import { createSpool } from '../tunnel/spool.ts';
import type { TunnelLimits } from '../tunnel/tunnel-limits.ts';
import { stockSsh } from './support/stock-ssh.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { newKey, startProxy } from './support/tunnel-network.ts';

test('stock sftp puts files into a transfer that is open for its node, and gets them back', async () => {
  const { proxy, key, spool, local } = await startNetwork();
  const transfer = spool.open('n1', 'move-1');
  const snapshot = randomBytes(3 * 1_048_576);
  writeFileSync(join(local, 'snapshot'), snapshot);
  const { output, code } = await stockSsh('sftp', proxy, {
    key,
    args: ['-b', '-', 'anybody@127.0.0.1'],
    input: [
      'mkdir move-1/deep',
      `put ${local}/snapshot move-1/deep/first`,
      'rename move-1/deep/first move-1/deep/second',
      `get move-1/deep/second ${local}/back`,
      `put ${local}/snapshot move-1/gone`,
      'rm move-1/gone',
      'mkdir move-1/empty',
      'rmdir move-1/empty',
      'ls -l move-1/deep',
      'pwd',
      '',
    ].join('\n'),
  }).ended;
  expect(output).toMatch(/3145728 \d{4}-\d\d-\d\d \S*second|second/);
  expect(code).toBe(0);
  expect(readFileSync(join(transfer.folder, 'deep', 'second')).equals(snapshot)).toBe(true);
  expect(readFileSync(join(local, 'back')).equals(snapshot)).toBe(true);
  expect(existsSync(join(transfer.folder, 'gone'))).toBe(false);
  transfer.close();
  expect(existsSync(transfer.folder)).toBe(false);
});

test.for([
  ['a path upwards', 'get move-1/../../../../../../../../etc/hostname'],
  ['an absolute path', 'get /etc/hostname'],
  ['a transfer of another node', 'get theirs/secret'],
  ['a transfer that is closed', 'get closed/secret'],
  ['a file in the root', 'put LOCAL/snapshot stray'],
  ['a folder in the root', 'mkdir stray'],
  ['a name in another transfer', 'rename move-1/mine theirs/mine'],
  ['a link', 'symlink /etc/hostname move-1/link'],
  ['a hard link', 'ln move-1/mine move-1/link'],
  ['through a link that is there', 'get move-1/planted/hostname'],
  ['a link that is there', 'get move-1/planted-file'],
  ['a change of rights', 'chmod 777 move-1/mine'],
  ['the removal of a transfer', 'rmdir move-1'],
] as const)('%s is refused', async ([, command]) => {
  const { proxy, key, spool, local, folder } = await startNetwork();
  const own = spool.open('n1', 'move-1');
  spool.open('n2', 'theirs');
  spool.open('n1', 'closed').close();
  writeFileSync(join(own.folder, 'mine'), 'mine');
  writeFileSync(join(folder, 'theirs', 'secret'), 'secret');
  symlinkSync('/etc', join(own.folder, 'planted'));
  symlinkSync('/etc/hostname', join(own.folder, 'planted-file'));
  writeFileSync(join(local, 'snapshot'), 'snapshot');
  const { code, output } = await stockSsh('sftp', proxy, {
    key,
    args: ['-b', '-', '127.0.0.1'],
    input: `lcd ${local}\n${command.replace('LOCAL', local)}\n`,
  }).ended;
  expect(output).toMatch(
    /not found|Permission denied|No such file|not a regular file|Failure|unsupported|Nothing can be changed|not support/i,
  );
  expect(code).toBe(1);
  expect(existsSync(join(local, 'hostname'))).toBe(false);
  expect(existsSync(join(local, 'secret'))).toBe(false);
  expect(existsSync(join(folder, 'stray'))).toBe(false);
  expect(readFileSync(join(own.folder, 'mine'), 'utf8')).toBe('mine');
});

test('a transfer holds so many bytes and no more', async () => {
  const { sftp, spool } = await openSession({ maxTransferBytes: 1_000 });
  const transfer = spool.open('n1', 'move-1');
  await write(sftp, 'move-1/a', Buffer.alloc(600));
  await write(sftp, 'move-1/b', Buffer.alloc(400));
  await expect(write(sftp, 'move-1/c', Buffer.alloc(1))).rejects.toThrow('at most 1000 bytes');
  // Writing over what is there needs no room, and what is removed gives some.
  await write(sftp, 'move-1/a', Buffer.alloc(600));
  await call((done) => sftp.unlink('move-1/b', done));
  await write(sftp, 'move-1/c', Buffer.alloc(400));
  expect(readFileSync(join(transfer.folder, 'c'))).toHaveLength(400);
});

test('a hole counts as what it spans', async () => {
  const { sftp, spool } = await openSession({ maxTransferBytes: 1_000 });
  spool.open('n1', 'move-1');
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open('move-1/a', 'w', (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  await expect(call((done) => sftp.write(handle, Buffer.alloc(1), 0, 1, 10_000, done))).rejects.toThrow(
    'at most 1000 bytes',
  );
});

test('a transfer holds so many files, and a session opens so many', async () => {
  const { sftp, spool } = await openSession({ maxTransferFiles: 3, maxSftpHandles: 2 });
  spool.open('n1', 'move-1');
  const open = (name: string): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      sftp.open(name, 'w', (error, opened) => (error ? reject(error) : resolve(opened)));
    });
  await open('move-1/a');
  const second = await open('move-1/b');
  await expect(open('move-1/c')).rejects.toThrow('at most 2 open files');
  await call((done) => sftp.close(second, done));
  await open('move-1/c');
  await call((done) => sftp.mkdir('move-1/d', done)).then(
    () => expect.unreachable(),
    (error: unknown) => expect(String(error)).toContain('at most 3 files'),
  );
});

test('what two nodes have open together stays until the last of them closes', async () => {
  const spool = createSpool(temporaryFolder());
  const [source, target] = [spool.open('n1', 'move-1'), spool.open('n2', 'move-1')];
  expect(source.folder).toBe(target.folder);
  source.close();
  source.close();
  expect(existsSync(target.folder)).toBe(true);
  target.close();
  expect(existsSync(target.folder)).toBe(false);
});

test.for(['', '..', '.', 'a/b', 'a\0b', '-x', 'x'.repeat(65)])(
  'a transfer cannot be called %j: BAD_USER_INPUT',
  (name) => {
    const spool = createSpool(temporaryFolder());
    expect(() => spool.open('n1', name)).toThrowError(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }),
    );
  },
);

test('a link that somebody else has put in is not followed', async () => {
  const { sftp, spool } = await openSession({});
  const transfer = spool.open('n1', 'move-1');
  symlinkSync('/etc/hostname', join(transfer.folder, 'planted'));
  for (const flags of ['r', 'w'] as const)
    await expect(call((done) => sftp.open('move-1/planted', flags, done))).rejects.toThrow(
      'Permission denied',
    );
});

test('a client that asks faster than it is answered is cut off', async () => {
  const { sftp, spool } = await openSession({ maxSftpRequests: 20 });
  spool.open('n1', 'move-1');
  const closed = once(sftp, 'close');
  for (let request = 0; request < 100; request += 1) sftp.stat('move-1', () => undefined);
  await expect(closed).resolves.toEqual([undefined]);
});

test('a client that asks and makes no room for answers is cut off', async () => {
  const { client, sftp, spool } = await openSession({});
  const transfer = spool.open('n1', 'move-1');
  writeFileSync(join(transfer.folder, 'large'), Buffer.alloc(1_000_000));
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open('move-1/large', 'r', (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  const protocol: unknown = Reflect.get(client, '_protocol');
  if (typeof protocol === 'object' && protocol !== null)
    Reflect.set(protocol, 'channelWindowAdjust', () => undefined);
  const closed = once(sftp, 'close');
  const buffer = Buffer.alloc(32_000);
  for (let request = 0; request < 250; request += 1)
    sftp.read(handle, buffer, 0, buffer.length, 0, () => undefined);
  await expect(closed).resolves.toEqual([undefined]);
});

test('a connection opens so many sessions, and no more', async () => {
  const { client } = await openSession({ maxSftpSessions: 2 });
  const open = (): Promise<void> => call((done) => client.sftp(done));
  await open();
  await expect(open()).rejects.toThrow('open failure');
});

interface Network {
  readonly limits?: Partial<TunnelLimits>;
}

async function startNetwork({ limits = {} }: Network = {}) {
  const folder = temporaryFolder();
  const local = join(temporaryFolder(), 'local');
  mkdirSync(local);
  const spool = createSpool(folder, { limits });
  const proxy = await startProxy({ spool, limits });
  const key = newKey();
  proxy.register(key, { node: 'n1', may: ['sftp'] });
  return { proxy, key, spool, local, folder };
}

async function openSession(limits: Partial<TunnelLimits>) {
  const network = await startNetwork({ limits });
  const client = new ssh2.Client();
  client.connect({
    host: '127.0.0.1',
    port: network.proxy.port,
    username: 'n1',
    privateKey: network.key.openssh,
  });
  onTestFinished(() => void client.end());
  await once(client, 'ready');
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, session) => (error ? reject(error) : resolve(session)));
  });
  return { ...network, client, sftp };
}

function write(sftp: SFTPWrapper, path: string, data: Buffer): Promise<void> {
  return call((done) => sftp.writeFile(path, data, done));
}

function call(start: (done: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}
