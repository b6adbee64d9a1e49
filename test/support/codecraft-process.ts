import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `codecraft ARGS…` as people start it. What still runs when the test has finished is killed. */
export interface CodecraftProcess {
  readonly pid: number;
  /** Everything that it has printed so far. */
  readonly output: () => string;
  /** Resolves with the match when the output has one; rejects when the process ends without. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code (or the signal's name) when it ends. */
  readonly ended: Promise<number | string>;
  signal(name: NodeJS.Signals): void;
}

export function codecraft(
  args: readonly string[],
  options: {
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Of the network, in which it runs. */
    readonly namespace?: string;
  } = {},
): CodecraftProcess {
  const command = [process.execPath, 'bin/codecraft.js', ...args];
  // `ip netns exec` becomes the command, so a signal reaches it.
  const [file = '', ...rest] =
    options.namespace === undefined ? command : ['ip', 'netns', 'exec', options.namespace, ...command];
  const child = spawn(file, rest, {
    cwd: root,
    env: { ...plainEnvironment(), ...options.env },
  });
  return watch(child, { input: options.input ?? '', kill: (name) => void child.kill(name) });
}

/** `codecraft ARGS…` for somebody at a terminal, who types this. */
export function codecraftAtTerminal(args: readonly string[], typed: string): CodecraftProcess {
  // A pseudo-terminal by util-linux; arguments here have nothing in them that a shell would read.
  const command = [process.execPath, 'bin/codecraft.js', ...args].join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', `exec ${command}`, '/dev/null'], {
    cwd: root,
    env: plainEnvironment(),
    detached: true,
  });
  return watch(child, { input: typed, kill: (name) => process.kill(-(child.pid ?? 0), name) });
}

/** A command line as it stands in the README, run in the project's folder. */
export function shell(command: string): CodecraftProcess {
  // A process group of its own, as npm leaves its children behind when it is killed.
  const child = spawn('bash', ['-c', `exec ${command}`], {
    cwd: root,
    env: plainEnvironment(),
    detached: true,
  });
  return watch(child, { input: '', kill: (name) => process.kill(-(child.pid ?? 0), name) });
}

function plainEnvironment(): NodeJS.ProcessEnv {
  // Without what vitest sets for its own processes; colours would be in the way of patterns.
  const { NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _env, ...environment } = process.env;
  return { ...environment, NO_COLOR: '1' };
}

interface Watched {
  readonly input: string;
  readonly kill: (signal: NodeJS.Signals) => void;
}

function watch(child: ChildProcess, { input, kill }: Watched): CodecraftProcess {
  let output = '';
  let isOver = false;
  const news = new EventEmitter();
  const print = (chunk: Buffer) => {
    output += chunk.toString();
    news.emit('news');
  };
  child.stdin?.end(input);
  child.stdout?.on('data', print);
  child.stderr?.on('data', print);
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    isOver = true;
    news.emit('news');
    return code ?? signal ?? 0;
  });
  onTestFinished(async () => {
    if (!isOver) kill('SIGKILL');
    await ended;
  });
  const waitFor = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(output);
      if (match) return match;
      if (isOver) throw new Error(`Expected output like ${String(pattern)}, got an end and:\n${output}`);
      await once(news, 'news');
    }
  };
  return {
    pid: child.pid ?? 0,
    output: () => output,
    waitFor,
    ended,
    signal: kill,
  };
}
