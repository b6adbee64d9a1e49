import { watch as watchFiles } from 'chokidar';
import { basename, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pc from 'picocolors';
import { type OpenSandbox, openSandbox } from '../agents/sandbox/open-sandbox.ts';
import { type SandboxCommand, parseCommand, sandboxHelp } from '../agents/sandbox/parse-command.ts';
import type { SandboxReport } from '../agents/sandbox/sandbox-state.ts';
import { seeAround } from '../agents/sandbox/see-around.ts';
import { placeId, readPlaces } from '../agents/sandbox/read-places.ts';

export interface RunSandboxOptions {
  readonly folder: string;
  readonly owner: string;
  readonly seed: number | undefined;
  readonly watch: boolean;
}

/** The sandbox at a terminal, or fed by a pipe: a command per line until `quit` or the end. */
export async function runSandbox({ folder, owner, seed, watch }: RunSandboxOptions): Promise<void> {
  const open = await openSandbox({
    folder,
    owner,
    seed,
    report: showReport,
    onProblem: (problem) => process.stderr.write(`${pc.red('problem')} ${problem}\n`),
  });
  const watching = watch ? watchFolder(folder, () => void open.reload()) : undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: pc.dim('> ') });
  if (process.stdin.isTTY) greet(open);
  terminal.prompt();
  for await (const line of terminal) {
    if (line.trim() !== '' && (await obey(open, line, { folder, owner })) === 'quit') break;
    terminal.prompt();
  }
  terminal.close();
  await watching?.close();
  await open.close();
}

/** One line for each thing that happens. */
export function showReport({ agent, kind, level, text }: SandboxReport): void {
  const paint = level === 'error' ? pc.red : level === 'warn' ? pc.yellow : (line: string) => line;
  const what = kind === 'log' ? '' : `${pc.dim(kind)} `;
  process.stdout.write(`${pc.cyan(agent)} ${what}${paint(text)}\n`);
}

function greet({ sandbox, recording }: OpenSandbox): void {
  const names = sandbox.agents.map(({ id }) => id).join(', ');
  process.stdout.write(
    [
      `${pc.green('The sandbox is open')} with ${names}. Save a file, and it runs anew; memory stays.`,
      `Try: send ${sandbox.agents[0]?.id ?? 'AGENT'} "hello", tick, help. What happens is recorded in ${recording}.`,
      '',
    ].join('\n'),
  );
}

/** Not the folder of recordings, which changes with every command. */
function watchFolder(folder: string, onChange: () => void) {
  const watcher = watchFiles(folder, {
    ignoreInitial: true,
    ignored: (path) => ['.sandbox', 'node_modules', '.git'].includes(basename(path)),
    awaitWriteFinish: { stabilityThreshold: 50, pollInterval: 10 },
    cwd: resolve('.'),
  });
  return watcher.on('all', onChange);
}

async function obey(
  open: OpenSandbox,
  line: string,
  { folder, owner }: { readonly folder: string; readonly owner: string },
): Promise<'quit' | undefined> {
  const command = parseCommand(line, { owner, placeId: (name) => placeId(owner, 'location', name) });
  if (command.kind === 'quit') return 'quit';
  try {
    if (command.kind === 'event') await open.apply(command.event);
    else process.stdout.write(`${answer(open, command, { folder, owner })}\n`);
  } catch (error) {
    process.stdout.write(`${pc.red(error instanceof Error ? error.message : String(error))}\n`);
  }
  return undefined;
}

function answer(
  { sandbox }: OpenSandbox,
  command: Exclude<SandboxCommand, { kind: 'event' | 'quit' }>,
  { folder, owner }: { readonly folder: string; readonly owner: string },
): string {
  switch (command.kind) {
    case 'unclear':
      return command.why;
    case 'show':
      if (command.what === 'help') return sandboxHelp;
      return sandbox.agents
        .map(({ id, version, location, inbox }) => {
          return `${id.padEnd(24)} version ${version}, ${inbox.length} unread, at ${location ?? 'no place'}`;
        })
        .join('\n');
    case 'show-agent': {
      const agent = sandbox.agents.find(({ id }) => id === command.agent);
      if (!agent) return `Expected an agent of this sandbox, got ${command.agent}`;
      const shown = {
        memory: () => JSON.parse(agent.memory) as unknown,
        inbox: () => agent.inbox,
        timers: () => agent.timers,
        look: () => seeAround(agent.location, readPlaces(folder, owner), sandbox.agents),
      };
      return JSON.stringify(shown[command.what](), null, 2);
    }
    default:
      return command satisfies never;
  }
}
