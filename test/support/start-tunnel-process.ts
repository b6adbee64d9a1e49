import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { EventLog } from './event-log.ts';
import type { TunnelRole } from './tunnel-process.ts';

const script = fileURLToPath(new URL('tunnel-process.ts', import.meta.url));

export interface TunnelProcess {
  readonly child: ChildProcess;
  readonly lines: EventLog<Readonly<Record<string, unknown>>>;
}

/** An end of a tunnel in a process of its own, and in a network namespace if one is named. Killed when the test has finished. */
export function startTunnelProcess(role: TunnelRole, namespace?: string): TunnelProcess {
  const command = [process.execPath, 'bin/run.js', script, JSON.stringify(role)];
  const [file = '', ...args] =
    namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command];
  // `ip netns exec` becomes the command, so a signal reaches it.
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = new EventLog<Readonly<Record<string, unknown>>>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null) lines.push({ ...parsed });
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, lines };
}
