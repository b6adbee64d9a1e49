import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecutionResult } from 'graphql';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { migrate } from '../../subgraphs/serve/migrate.ts';
import { openDatabase } from '../../subgraphs/serve/open-database.ts';
import type { WorldTables } from '../../subgraphs/world/database.ts';
import type { EntityChange } from '../../subgraphs/world/entities/apply-readings.ts';
import { worldMigrations } from '../../subgraphs/world/migrations.ts';
import { type World, type WorldOptions, createWorld } from '../../subgraphs/world/subgraph.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { noMail } from './no-mail.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const alice: Viewer = { username: 'alice', role: 'DEVELOPER' };
export const bob: Viewer = { username: 'bob', role: 'DEVELOPER' };
export const admin: Viewer = { username: 'root', role: 'ADMIN' };
export const player: Viewer = { username: 'pat', role: 'PLAYER' };

export interface TestWorld {
  readonly world: World;
  readonly folder: string;
  readonly run: (
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer,
  ) => Promise<ExecutionResult>;
  /** Data of an operation that must go well. */
  readonly ask: (query: string, variables?: Record<string, unknown>, viewer?: Viewer) => Promise<unknown>;
  /** Codes of the errors of an operation. */
  readonly codes: (query: string, variables?: Record<string, unknown>, viewer?: Viewer) => Promise<unknown[]>;
  readonly subscribe: (
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer,
  ) => Promise<AsyncIterableIterator<ExecutionResult>>;
  /** Saves a file below the folder. */
  readonly save: (path: string, content: string | Buffer) => void;
  /** The next look at this path, from now on, that has one of these outcomes. */
  readonly look: (path: string, ...outcomes: EntityChange['outcome'][]) => Promise<EntityChange>;
  /** Every look at a file so far. */
  readonly looks: readonly EntityChange[];
  readonly close: () => Promise<void>;
}

/** A world in a folder of its own (or a given one, to start again) with a real database; closed when the test has finished. */
export async function openWorld(options: Partial<WorldOptions> = {}): Promise<TestWorld> {
  const folder = options.folder ?? temporaryFolder();
  const database = openDatabase<WorldTables>(join(folder, 'data.db'));
  const { db } = database;
  await migrate(db, 'world', worldMigrations);
  const looks: EntityChange[] = [];
  const waiting = new Set<(change: EntityChange) => void>();
  const world = await createWorld({
    node: 'main',
    claimAgent: async () => ({ epoch: 1 }),
    releaseAgent: async () => undefined,
    mail: noMail(db),
    unread: async () => 0,
    messagesPerSecond: () => 0,
    log: pino({ level: 'silent' }),
    onEntityFile: (change) => {
      looks.push(change);
      for (const listener of waiting) listener(change);
    },
    ...options,
    folder,
    db,
  });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= world.close().then(() => database.close()));
  onTestFinished(close);

  const run: TestWorld['run'] = (query, variables, viewer) =>
    world.shape.execute({ query, variables, viewer });
  return {
    world,
    folder,
    looks,
    close,
    run,
    async ask(query, variables, viewer) {
      const { data, errors } = await run(query, variables, viewer);
      if (errors)
        throw new Error(
          errors.map((error) => `${error.message} ${JSON.stringify(error.extensions)}`).join('\n'),
        );
      return data;
    },
    async codes(query, variables, viewer) {
      const { errors = [] } = await run(query, variables, viewer);
      return errors.map((error) => error.extensions['code']);
    },
    async subscribe(query, variables, viewer) {
      const outcome = await world.shape.subscribe({ query, variables, viewer });
      if (Symbol.asyncIterator in outcome) return outcome;
      throw new Error(`Expected events, got ${JSON.stringify(outcome)}`);
    },
    save(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
    look: (path, ...outcomes) =>
      new Promise((resolve) => {
        const listener = (change: EntityChange) => {
          if (change.path !== path || !outcomes.includes(change.outcome)) return;
          waiting.delete(listener);
          resolve(change);
        };
        waiting.add(listener);
      }),
  };
}

/** The value at a path of keys and indexes. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
