import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { nodeInside, type Wall } from './find-wall.ts';

export interface ChildOptions {
  readonly wall: Wall;
  /** The built program of the child, and QuickJS. */
  readonly file: string;
  readonly quickJs: string;
}

export interface SpawnedChild {
  readonly child: ChildProcess;
  /** Of the process in which programs run: behind a wall that is not the one that was started, which only watches. Rejects when there is none. */
  readonly pid: Promise<number>;
}

const nodeOptions = [
  '--no-addons',
  '--no-warnings',
  '--disallow-code-generation-from-strings',
  '--max-old-space-size=128',
  // Its heap is small: threads that help to clean it up cost more than they do, and waiting for them looks like sleep.
  '--single-threaded-gc',
] as const;

/** Below everything else on the machine, this node's own work first of all. */
const niceness = 10;

/** Starts a process of agents. It ends by itself when its standard input does, and behind a wall also when this process is gone. */
export function spawnChild({ wall, file, quickJs }: ChildOptions): SpawnedChild {
  if (wall.kind === 'none') {
    const child = spawn(process.execPath, [...nodeOptions, file, quickJs], {
      cwd: '/',
      env: { TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return { child, pid: spawned(child).then(() => beNice(child.pid)) };
  }
  const [command = '', ...options] = wall.options;
  const inside = ['--ro-bind', file, '/child.mjs', '--ro-bind', quickJs, '/quickjs.wasm', '--chdir', '/'];
  const last = ['--remount-ro', '/', '--info-fd', '3', nodeInside, ...nodeOptions];
  const child = spawn(command, [...options, ...inside, ...last, '/child.mjs', '/quickjs.wasm'], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  return { child, pid: innerPid(child) };
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
}

/** Bubblewrap says it as JSON on a descriptor of its own, and closes that. */
async function innerPid(child: ChildProcess): Promise<number> {
  await spawned(child);
  beNice(child.pid);
  let info = '';
  // Of the stream that was asked for above, Node's types know only that it may be there.
  for await (const chunk of child.stdio[3] as Readable) info += String(chunk);
  const pid = Number(/"child-pid":\s*(\d+)/.exec(info)?.[1]);
  if (!Number.isInteger(pid)) throw new Error('Expected bubblewrap to say which process it has started');
  return beNice(pid);
}

function beNice(pid: number | undefined): number {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch {
    // It has ended already, which whoever waits for it hears otherwise.
  }
  return pid ?? 0;
}
