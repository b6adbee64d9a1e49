import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type CloseStack, startClosable } from '../nodes/close-stack.ts';
import { openRegistryTables } from '../nodes/open-tables.ts';
import { createUser, findUser } from '../subgraphs/registry/users.ts';
import { type Child, startChild } from './child.ts';
import { invitation } from './invitation.ts';
import { demoNodes } from './nodes.ts';
import { type Person, demoPeople } from './people.ts';
import { startPulse } from './pulse.ts';

const restartDelayMs = 10_000;
const world = fileURLToPath(new URL('world', import.meta.url));

export interface DemoOptions {
  /** Everything that the demo keeps stands below it; a second start goes on where the first ended. */
  readonly folder: string;
  /** Of the initial node; the others take the ones behind it. 0: any free ones. */
  readonly port: number;
  /** One line for people per thing that happens. */
  readonly report: (line: string) => void;
}

export interface Demo {
  readonly url: string;
  readonly folder: string;
  readonly people: readonly Person[];
  readonly children: () => readonly Pick<Child, 'name' | 'pid' | 'url'>[];
  /** Idempotent. */
  close(): Promise<void>;
}

/** Starts an initial node, two trusted ones and a local one, each as a process of its own, with people, entities, agents and messages. */
export function startDemo(options: DemoOptions): Promise<Demo> {
  return startClosable((closing) => start({ ...options, folder: resolve(options.folder) }, closing));
}

async function start(
  { folder, port, report }: DemoOptions,
  closing: CloseStack,
): Promise<Omit<Demo, 'close'>> {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const people = demoPeople(folder);
  copyWorld(folder, 'initial');
  // One connection for all that the demo writes there: two in one process would wait for each other.
  const registry = await openRegistryTables(join(folder, 'initial'));
  closing.add(() => registry.close());
  for (const person of people) {
    if (!(await findUser(registry.db, person.username))) await createUser(registry.db, person);
  }

  const crew = new Crew(folder, report);
  closing.add(() => crew.close());
  report('starting the initial node …');
  const initial = await crew.start('initial', [
    'initial',
    '--port',
    String(port),
    '--owner',
    'ada',
    '--newcomers',
    'developer',
  ]);
  await Promise.all(
    demoNodes.map(({ name, kind, owner }, index) => {
      copyWorld(folder, name);
      report(`starting ${name} (${kind}) …`);
      const ownPort = String(port === 0 ? 0 : port + index + 1);
      const identity = ['--kind', kind, '--name', name, '--owner', owner];
      const args = ['node', ...identity, '--initial', initial.url, '--port', ownPort];
      return crew.start(name, args, () => invitation(registry.db, { folder, name, kind }));
    }),
  );
  report('deploying agents; the courier sets out …');
  const pulse = await startPulse({ url: initial.url, people, report });
  closing.add(() => pulse.close());
  return { url: initial.url, folder, people, children: () => crew.children };
}

/** The files of a node, at its first start only: what people change stays changed. */
function copyWorld(folder: string, name: string): void {
  const target = join(folder, name, 'entities');
  if (!existsSync(target)) cpSync(join(world, name, 'entities'), target, { recursive: true });
}

type Environment = () => Promise<Readonly<Record<string, string>>>;
const nothing: Environment = async () => ({});

/** The processes of the demo. One that ends by itself, or is ended, comes back after a while. */
class Crew {
  readonly #folder: string;
  readonly #report: (line: string) => void;
  readonly #children = new Map<string, Child>();
  readonly #stopping = new AbortController();

  constructor(folder: string, report: (line: string) => void) {
    this.#folder = folder;
    this.#report = report;
  }

  get children(): readonly Child[] {
    return [...this.#children.values()];
  }

  /** @param env asked at each start */
  async start(name: string, args: readonly string[], env: Environment = nothing): Promise<Child> {
    const child = await startChild({
      name,
      args: [...args, '--dir', join(this.#folder, name)],
      logFile: join(this.#folder, 'logs', `${name}.log`),
      env: await env(),
    });
    this.#children.set(name, child);
    void this.#revive(child, args, env);
    return child;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    const [initial, ...nodes] = this.children;
    await Promise.all(nodes.map((child) => child.stop()));
    await initial?.stop();
  }

  /** Never rejects. */
  async #revive(child: Child, args: readonly string[], env: Environment): Promise<void> {
    await child.gone;
    if (this.#stopping.signal.aborted) return;
    this.#report(
      `${child.name} has ended; it comes back in ${restartDelayMs / 1000} s (logs/${child.name}.log)`,
    );
    try {
      await delay(restartDelayMs, undefined, { signal: this.#stopping.signal });
      // On the port that it had, so that everybody finds it again.
      const { port } = new URL(child.url);
      await this.start(
        child.name,
        args.map((arg, at) => (args[at - 1] === '--port' ? port : arg)),
        env,
      );
      this.#report(`${child.name} is back`);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#report(`${child.name} did not come back: ${String(error)}`);
    }
  }
}
