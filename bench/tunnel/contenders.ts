import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { makeNodeKey } from '../../identity/node-key.ts';
import { makeCertificate } from './make-certificate.ts';
import type { BenchRole } from './process.ts';

/** A tunnel at work: the port at which its visitors come, and what ends it. */
export interface Contender {
  readonly visitorPort: number;
  close(): Promise<void>;
}

export interface OurContender extends Contender {
  /** Of the proxy's process and the node's. */
  rssBytes(): Promise<readonly [number, number]>;
  /** Milliseconds there and back over what a link is made of. */
  turns(): Promise<{ readonly throughMs: number; readonly directMs: number }>;
}

const cipher = 'aes128-gcm@openssh.com';

export async function startOurs(folder: string, servicePort: number): Promise<OurContender> {
  mkdirSync(folder);
  const proxyKey = makeNodeKey(join(folder, 'proxy'));
  const [first, second] = [makeNodeKey(join(folder, 'node')), makeNodeKey(join(folder, 'node-2'))];
  const proxy = start({
    kind: 'proxy',
    keyFile: join(folder, 'proxy'),
    fingerprints: [first.publicKey.fingerprint, second.publicKey.fingerprint],
  });
  const { port, visitorPort } = await until(proxy, 'visitorPort');
  const node = start({
    kind: 'node',
    keyFile: join(folder, 'node'),
    secondKeyFile: join(folder, 'node-2'),
    tls: await makeCertificate(),
    hostKey: proxyKey.publicKey.fingerprint,
    port: Number(port),
    servicePort,
  });
  const [{ echoPort }] = await Promise.all([until(node, 'echoPort'), until(proxy, 'open')]);
  const rssOf = async (child: ChildProcess): Promise<number> => {
    child.send('rss');
    return Number((await until(child, 'rssBytes')).rssBytes);
  };
  return {
    visitorPort: Number(visitorPort),
    rssBytes: async () => [await rssOf(proxy), await rssOf(node)],
    turns: async () => {
      proxy.send({ turnsTo: echoPort });
      const { throughMs, directMs } = await until(proxy, 'throughMs');
      return { throughMs: Number(throughMs), directMs: Number(directMs) };
    },
    close: () => endAll([node, proxy]),
  };
}

/** Debian's sshd with a configuration of its own on a port of this machine, and its `ssh -N -R`. */
export async function startOpenSsh(folder: string, servicePort: number): Promise<Contender> {
  mkdirSync(folder, { mode: 0o700 });
  makeNodeKey(join(folder, 'host'));
  const user = makeNodeKey(join(folder, 'user'));
  const [port, visitorPort] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'authorized_keys'), `${user.publicKey.line}\n`, { mode: 0o600 });
  writeFileSync(
    join(folder, 'sshd_config'),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PermitRootLogin prohibit-password',
      'AllowTcpForwarding yes',
      '',
    ].join('\n'),
  );
  // Where sshd locks itself in before anybody has logged in; Debian makes it when the service starts.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  await reachable(port);
  const options = [
    ['BatchMode', 'yes'],
    ['StrictHostKeyChecking', 'no'],
    ['UserKnownHostsFile', '/dev/null'],
    ['LogLevel', 'ERROR'],
    ['ExitOnForwardFailure', 'yes'],
    ['Ciphers', cipher],
  ].flatMap(([name, value]) => ['-o', `${name ?? ''}=${value ?? ''}`]);
  const forward = `127.0.0.1:${visitorPort}:127.0.0.1:${servicePort}`;
  const where = ['-i', join(folder, 'user'), '-p', String(port), `${userInfo().username}@127.0.0.1`];
  const ssh = spawn('ssh', ['-F', '/dev/null', '-N', '-R', forward, ...options, ...where], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await reachable(visitorPort);
  return { visitorPort, close: () => endAll([ssh, sshd]) };
}

function start(role: BenchRole): ChildProcess {
  return fork(new URL('process.ts', import.meta.url), [JSON.stringify(role)], {
    execArgv: ['--import', 'tsx'],
  });
}

/** The next message that has the field. */
async function until(child: ChildProcess, field: string): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [Record<string, unknown>];
    if (field in message) return message;
  }
}

async function endAll(children: readonly ChildProcess[]): Promise<void> {
  for (const child of children) {
    if (child.exitCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** OpenSSH says nothing when it is ready. */
async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await after(50);
  }
  throw new Error(`Expected OpenSSH to listen on port ${port} within 10 s; is openssh-server installed?`);
}
