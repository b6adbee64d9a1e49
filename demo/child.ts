import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const codecraft = fileURLToPath(new URL('../bin/codecraft.js', import.meta.url));
const stopWithinMs = 5_000;

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  /** Resolves when the process is gone, however it ended. */
  readonly gone: Promise<void>;
  /** Asks it to stop, and makes it stop when it does not. */
  stop(): Promise<void>;
}

/**
 * Starts `codecraft ARGS…` as a process of its own, output appended to `logFile`. Resolves when it listens; rejects when it ends before.
 * It ends by itself when this process goes.
 */
export async function startChild(options: {
  readonly name: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** On top of this process's environment: what nobody who lists processes should see. */
  readonly env?: Readonly<Record<string, string>>;
}): Promise<Child> {
  const log = openSync(options.logFile, 'a');
  const child = spawn(process.execPath, [codecraft, ...options.args], {
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, ...options.env },
    // Out of the terminal's process group: Ctrl-C reaches us, and we stop the nodes in order.
    detached: true,
  });
  const gone = once(child, 'exit').then(() => undefined);
  const url = await Promise.race([
    readyUrl(child),
    gone.then(() => {
      throw new Error(
        `The node ${options.name} did not start (${lastLine(options.logFile)}); see ${options.logFile}`,
      );
    }),
  ]);
  return { name: options.name, pid: child.pid ?? 0, url, gone, stop: () => stop(child, gone) };
}

function lastLine(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, 'message')) as [{ ready: string }];
  return message.ready;
}

async function stop(child: ChildProcess, gone: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const firm = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await gone;
  clearTimeout(firm);
}
