import { join } from 'node:path';
import type { ExecutionResult } from 'graphql';
import type { Kysely } from 'kysely';
import { onTestFinished } from 'vitest';
import type { NodeKey } from '../../identity/node-key.ts';
import type { RegistryTables } from '../../subgraphs/registry/database.ts';
import { registryMigrations } from '../../subgraphs/registry/migrations.ts';
import { type Registry, type RegistryOptions, openRegistry } from '../../subgraphs/registry/registry.ts';
import { createUser } from '../../subgraphs/registry/users.ts';
import { migrate } from '../../subgraphs/serve/migrate.ts';
import { openDatabase } from '../../subgraphs/serve/open-database.ts';
import type { ExecutableShape, ShapeRequest } from '../../wire/executable-shape.ts';
import type { Role, Viewer } from '../../wire/viewer.ts';
import { newKey } from './node-keys.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface RegistryOnDisk {
  readonly registry: Registry;
  readonly db: Kysely<RegistryTables>;
  readonly file: string;
  /** Of the initial node. */
  readonly key: NodeKey;
  /** Faults of ours that were masked; a test that expects none need not look. */
  readonly faults: Error[];
}

/** A registry on a database file, closed when the test has finished. */
export async function registryOnDisk(
  options: Partial<RegistryOptions> & { readonly file?: string } = {},
): Promise<RegistryOnDisk> {
  const file = options.file ?? join(temporaryFolder(), 'data.db');
  const database = openDatabase<RegistryTables>(file);
  onTestFinished(() => database.close());
  const { db } = database;
  await migrate(db, 'registry', registryMigrations);
  const faults: Error[] = [];
  const key = options.key ?? newKey();
  const registry = await openRegistry({
    approveLoopback: true,
    key,
    origin: () => 'network.example:4000',
    readEntity: async () => undefined,
    onFault: (error) => faults.push(error),
    ...options,
    db,
  });
  onTestFinished(() => registry.close());
  return { registry, db, file, key, faults };
}

/** Adds a person, with the password `correct horse`. */
export async function addPerson(
  db: Kysely<RegistryTables>,
  username: string,
  role: Role = 'PLAYER',
): Promise<Viewer> {
  await createUser(db, { username, password: 'correct horse', role });
  return { username, role };
}

/** Runs an operation and gives its data; fails the test when there are errors. */
export async function dataOf(
  shape: ExecutableShape,
  request: ShapeRequest,
): Promise<Record<string, unknown>> {
  const { data, errors } = await shape.execute(request);
  if (errors || !data)
    throw new Error(`Expected data, got ${JSON.stringify(errors)}`, { cause: errors?.[0] });
  return plain(data);
}

/** Runs an operation that is expected to fail and gives the code of its first error. */
export async function codeOf(shape: ExecutableShape, request: ShapeRequest): Promise<unknown> {
  return codeIn(await shape.execute(request));
}

export function codeIn({ data, errors }: ExecutionResult): unknown {
  return errors?.[0]?.extensions['code'] ?? `no error, but ${JSON.stringify(data)}`;
}

/** Without graphql-js's null prototypes, which `toEqual` would tell apart. */
function plain(value: object): Record<string, unknown> {
  return structuredClone(JSON.parse(JSON.stringify(value))) as Record<string, unknown>;
}
