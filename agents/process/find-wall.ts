import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** What stands between a process of agents and the machine. */
export type Wall =
  | {
      readonly kind: 'bubblewrap';
      /** To be followed by binds, then the command; the path of Node inside is `nodeInside`. */
      readonly options: readonly string[];
    }
  | {
      readonly kind: 'none';
      /** For the node's owner: why there is none. */
      readonly why: string;
    };

/** Where Node is behind the wall. */
export const nodeInside = '/node';
const run = promisify(execFile);
const probeMs = 10_000;

/**
 * Looks whether bubblewrap can put Node behind a wall on this machine: no network, no files but Node and its libraries, no privileges, no other
 * processes, an empty environment. It takes some 100 ms; the answer holds as long as nobody changes the system.
 */
export async function findWall(command = 'bwrap'): Promise<Wall> {
  if (process.platform !== 'linux')
    return { kind: 'none', why: `bubblewrap is for Linux, and this is ${process.platform}` };
  const options = [command, ...isolation, ...(await libraryBinds())];
  const [file = command, ...rest] = options;
  try {
    await run(file, [...rest, '--remount-ro', '/', nodeInside, '-e', ''], { timeout: probeMs });
    return { kind: 'bubblewrap', options };
  } catch (error) {
    return { kind: 'none', why: reason(error) };
  }
}

const isolation = [
  '--unshare-all',
  '--cap-drop',
  'ALL',
  '--die-with-parent',
  '--new-session',
  // Node itself is the process that the kernel ends everything else in there with.
  '--as-pid-1',
  '--uid',
  '65534',
  '--gid',
  '65534',
  '--hostname',
  'agents',
  '--clearenv',
  '--setenv',
  'TZ',
  'UTC',
] as const;

/** Node and the libraries that its loader names; all of the system's where that cannot be asked. */
async function libraryBinds(): Promise<readonly string[]> {
  const binds = ['--ro-bind', process.execPath, nodeInside];
  try {
    const { stdout } = await run('ldd', [process.execPath], { timeout: probeMs });
    const files = [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].flatMap(([, file = '']) => [file]);
    return [...binds, ...files.flatMap((file) => ['--ro-bind', file, file])];
  } catch {
    const folders = ['/usr/lib', '/usr/lib64', '/lib', '/lib64'].filter(existsSync);
    return [...binds, ...folders.flatMap((folder) => ['--ro-bind', folder, folder])];
  }
}

function reason(error: unknown): string {
  const { code, stderr } = Object(error) as { readonly code?: unknown; readonly stderr?: unknown };
  if (code === 'ENOENT') return 'bubblewrap (bwrap) is not installed';
  const said = typeof stderr === 'string' ? stderr.trim().split('\n')[0] : '';
  return `bubblewrap cannot work here: ${said || String(error)}`;
}
