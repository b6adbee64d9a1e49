import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NodeKey } from '../../identity/node-key.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface StockProcess {
  readonly child: ChildProcess;
  /** Everything it has printed when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/**
 * OpenSSH's `ssh` or `sftp` with our key, as anybody would type it, for a proxy on this machine; `input` is what stands on its standard input. Killed
 * when the test has finished. It must be installed: without it the test fails.
 */
export function stockSsh(
  program: 'ssh' | 'sftp',
  proxy: { readonly port: number; readonly key: NodeKey },
  options: { readonly key: NodeKey; readonly args: readonly string[]; readonly input?: string },
): StockProcess {
  const folder = temporaryFolder();
  const identity = join(folder, 'id_ed25519');
  writeFileSync(identity, options.key.openssh, { mode: 0o600 });
  const knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${proxy.port} ${proxy.key.publicKey.line}\n`);
  const settings = [
    ['IdentityFile', identity],
    ['IdentitiesOnly', 'yes'],
    ['UserKnownHostsFile', knownHosts],
    ['StrictHostKeyChecking', 'yes'],
    ['BatchMode', 'yes'],
    ['ExitOnForwardFailure', 'yes'],
    ['Port', String(proxy.port)],
  ].flatMap(([name, value]) => ['-o', `${name ?? ''}=${value ?? ''}`]);
  const child = spawn(program, ['-F', '/dev/null', ...settings, ...options.args]);
  let output = '';
  const print = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', print);
  child.stderr.on('data', print);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const ended = once(child, 'close').then(([code]: unknown[]) => ({
    code: typeof code === 'number' ? code : null,
    output,
  }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
}
