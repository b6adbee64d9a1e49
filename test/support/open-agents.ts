import type { ExecutionResult } from 'graphql';
import { pino } from 'pino';
import { onTestFinished, vi } from 'vitest';
import { type OpenShapesOptions, openShapes } from '../../nodes/open-shapes.ts';
import { type NodeDatabase, openNodeTables } from '../../nodes/open-tables.ts';
import type { Traffic } from '../../subgraphs/traffic/traffic.ts';
import type { World } from '../../subgraphs/world/subgraph.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { everybodyHere } from './everybody-here.ts';
import { alice, at } from './open-world.ts';
import { type TableProgram, TableRuntime } from './table-runtime.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A node's world and traffic, with agents that run. */
export interface TestAgents {
  readonly world: World;
  readonly traffic: Traffic;
  readonly db: NodeDatabase;
  readonly runtime: TableRuntime;
  readonly folder: string;
  readonly run: (
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer,
  ) => Promise<ExecutionResult>;
  /** Data of an operation of alice's, or of whoever is given, that must go well. */
  readonly ask: (query: string, variables?: Record<string, unknown>, viewer?: Viewer) => Promise<unknown>;
  /** Codes of the errors of an operation. */
  readonly codes: (query: string, variables?: Record<string, unknown>, viewer?: Viewer) => Promise<unknown[]>;
  readonly subscribe: (
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer,
  ) => Promise<AsyncIterator<unknown>>;
  /** Deploys an agent of alice's whose code is a key of the table, and starts it. */
  readonly deploy: (name: string, code: string, more?: Record<string, unknown>) => Promise<void>;
  /** Sends to an agent of alice's, as a person. */
  readonly send: (name: string, body: unknown, id?: string) => Promise<void>;
  /** The memory of an agent of alice's. */
  readonly memory: (name: string) => Promise<unknown>;
  /** Asks until an agent of alice's has this memory. */
  readonly untilMemory: (name: string, memory: unknown) => Promise<void>;
  /** Texts of its log. */
  readonly log: (name: string) => Promise<readonly string[]>;
  readonly transact: <T>(work: (transaction: NodeDatabase) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

type Options = Partial<OpenShapesOptions> & {
  readonly programs?: Readonly<Record<string, TableProgram>>;
  /** False: nothing is run yet. */
  readonly start?: boolean;
};

/** Everything on the disk of a folder of its own, or of a given one, to start again; closed when the test has finished. */
export async function openAgents({
  programs = {},
  start = true,
  ...options
}: Options = {}): Promise<TestAgents> {
  const folder = options.folder ?? temporaryFolder();
  const tables = await openNodeTables(folder);
  const { db } = tables;
  const runtime = new TableRuntime(programs);
  const shapes = await openShapes({
    node: 'main',
    claimAgent: async () => ({ epoch: 1 }),
    releaseAgent: async () => undefined,
    post: everybodyHere(),
    runtime,
    ...options,
    folder,
    db,
    log: pino({ level: 'silent' }),
  });
  const { world, traffic } = shapes;
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= shapes.close().then(() => tables.close()));
  onTestFinished(close);
  if (start) await world.startAgents();

  const shapeOf = (query: string): ExecutableShape =>
    [world.shape, traffic.shape].find((shape) => typeof shape.inspect(query) === 'string') ?? world.shape;
  const run: TestAgents['run'] = (query, variables, viewer = alice) =>
    shapeOf(query).execute({ query, variables, viewer });
  const ask: TestAgents['ask'] = async (query, variables, viewer) => {
    const { data, errors } = await run(query, variables, viewer);
    if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
    return data;
  };
  const memory: TestAgents['memory'] = async (name) => {
    const row = await db
      .selectFrom('agents')
      .select('memory')
      .where('agent_id', '=', `alice/${name}`)
      .executeTakeFirstOrThrow();
    return JSON.parse(row.memory) as unknown;
  };
  return {
    world,
    traffic,
    db,
    runtime,
    folder,
    run,
    ask,
    memory,
    close,
    transact: (work) =>
      db.transaction().execute((transaction) => {
        const tables: NodeDatabase = transaction;
        return work(tables);
      }),
    async codes(query, variables, viewer) {
      const { errors = [] } = await run(query, variables, viewer);
      return errors.map(({ extensions }) => extensions['code']);
    },
    async subscribe(query, variables, viewer = alice) {
      const outcome = await shapeOf(query).subscribe({ query, variables, viewer });
      if (Symbol.asyncIterator in outcome) return outcome;
      throw new Error(`Expected events, got ${JSON.stringify(outcome)}`);
    },
    async deploy(name, code, more = {}) {
      await ask('mutation ($input: DeployAgentInput!) { deployAgent(node: "main", input: $input) { id } }', {
        input: { name, code, start: true, ...more },
      });
    },
    async send(name, body, id) {
      await ask('mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }', {
        input: { to: `alice/${name}`, body, ...(id === undefined ? {} : { id }) },
      });
    },
    async untilMemory(name, expected) {
      await vi.waitFor(
        async () => {
          const now = await memory(name);
          if (JSON.stringify(now) !== JSON.stringify(expected))
            throw new Error(`Expected ${JSON.stringify(expected)}, got ${JSON.stringify(now)}`);
        },
        { timeout: 10_000, interval: 10 },
      );
    },
    async log(name) {
      const rows = await db
        .selectFrom('agent_logs')
        .select('text')
        .where('agent_id', '=', `alice/${name}`)
        .orderBy('sequence')
        .execute();
      return rows.map(({ text }) => text);
    },
  };
}

/** The next event's value at a path below its data. */
export async function nextOf(events: AsyncIterator<unknown>, ...path: readonly string[]): Promise<unknown> {
  const { value, done } = await events.next();
  if (done) throw new Error('Expected another event');
  return at(value, 'data', ...path);
}
