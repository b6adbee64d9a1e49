import type { Insertable, Transaction } from 'kysely';
import type { WorldTables } from '../database.ts';
import { entityId, entityPosition, parseEntityPath } from './entity-identity.ts';
import type { FileReading } from './read-entity-file.ts';

export interface PathReading {
  /** Below the node's folder. */
  readonly path: string;
  readonly reading: FileReading;
}

/** What a reading changed. STORED: new, other data, or mended; REMOVED: the entity or the report is gone; KEPT: nothing. */
export interface EntityChange {
  readonly path: string;
  readonly outcome: 'STORED' | 'KEPT' | 'REMOVED' | 'BROKEN';
  /** Of BROKEN. */
  readonly reason?: string;
}

interface ApplyOptions {
  readonly transaction: Transaction<WorldTables>;
  readonly node: string;
  /** ISO 8601. */
  readonly now: string;
  /** Of different paths. */
  readonly readings: readonly PathReading[];
}

/** Makes the tables say what the files say: good data is stored, an absent file's entity goes, a broken file leaves its entity as it is. */
export async function applyReadings(options: ApplyOptions): Promise<EntityChange[]> {
  const known = await readKnown(options);
  const writes: Writes = { entities: [], removedIds: [], reports: [], mendedPaths: [] };
  const changes = options.readings.map(({ path, reading }) => {
    if (reading.kind === 'broken') return report(options, path, reading, known, writes);
    const wasBroken = known.reports.has(path);
    if (wasBroken) writes.mendedPaths.push(path);
    return { path, outcome: settle(options, path, reading, { known, wasBroken, writes }) };
  });
  await write(options.transaction, writes);
  return changes;
}

/** What the tables have of the paths in question. */
interface Known {
  readonly data: ReadonlyMap<string, string>;
  readonly reports: ReadonlyMap<string, Pick<BrokenReading, 'line' | 'column' | 'reason'>>;
}

type BrokenReading = Extract<FileReading, { kind: 'broken' }>;

interface Writes {
  readonly entities: Insertable<WorldTables['entities']>[];
  readonly removedIds: string[];
  readonly reports: Insertable<WorldTables['broken_files']>[];
  readonly mendedPaths: string[];
}

async function readKnown({ transaction, node, readings }: ApplyOptions): Promise<Known> {
  const rows = await transaction
    .selectFrom('entities')
    .select(['entity_id', 'data'])
    .where(
      'entity_id',
      'in',
      readings.flatMap(({ path }) => idOf(node, path) ?? []),
    )
    .execute();
  const reports = await transaction
    .selectFrom('broken_files')
    .select(['path', 'line', 'column', 'reason'])
    .where(
      'path',
      'in',
      readings.map(({ path }) => path),
    )
    .execute();
  return {
    data: new Map(rows.map((row) => [row.entity_id, row.data])),
    reports: new Map(reports.map(({ path, ...rest }) => [path, rest])),
  };
}

function idOf(node: string, path: string): string | undefined {
  const identity = parseEntityPath(path);
  return 'reason' in identity ? undefined : entityId(node, identity);
}

function settle(
  { node, now }: ApplyOptions,
  path: string,
  reading: Exclude<FileReading, BrokenReading>,
  {
    known,
    wasBroken,
    writes,
  }: { readonly known: Known; readonly wasBroken: boolean; readonly writes: Writes },
): EntityChange['outcome'] {
  const id = idOf(node, path);
  const before = id === undefined ? undefined : known.data.get(id);
  if (reading.kind === 'absent') {
    if (id !== undefined && before !== undefined) writes.removedIds.push(id);
    return before !== undefined || wasBroken ? 'REMOVED' : 'KEPT';
  }
  // The echo of our own write, or a file that was only touched.
  if (before === reading.json) return wasBroken ? 'STORED' : 'KEPT';
  const { identity, json } = reading;
  writes.entities.push({
    entity_type: identity.type,
    entity_id: entityId(node, identity),
    owner: identity.owner,
    data: json,
    node_id: node,
    name: identity.name,
    position: entityPosition(node, identity),
    updated_at: now,
  });
  return 'STORED';
}

function report(
  { node, now }: ApplyOptions,
  path: string,
  { line, column, reason, identity }: BrokenReading,
  known: Known,
  writes: Writes,
): EntityChange {
  const before = known.reports.get(path);
  if (before?.line === line && before.column === column && before.reason === reason) {
    return { path, outcome: 'KEPT' };
  }
  const entity_id = (identity ? entityId(node, identity) : idOf(node, path)) ?? null;
  writes.reports.push({ path, line, column, reason, since: now, entity_id });
  return { path, outcome: 'BROKEN', reason };
}

async function write(transaction: Transaction<WorldTables>, writes: Writes): Promise<void> {
  if (writes.entities.length > 0) {
    await transaction
      .insertInto('entities')
      .values(writes.entities)
      .onConflict((conflict) =>
        conflict.column('entity_id').doUpdateSet((eb) => ({
          data: eb.ref('excluded.data'),
          updated_at: eb.ref('excluded.updated_at'),
        })),
      )
      .execute();
  }
  if (writes.removedIds.length > 0) {
    await transaction.deleteFrom('entities').where('entity_id', 'in', writes.removedIds).execute();
  }
  if (writes.mendedPaths.length > 0) {
    await transaction.deleteFrom('broken_files').where('path', 'in', writes.mendedPaths).execute();
  }
  if (writes.reports.length > 0) {
    await transaction
      .insertInto('broken_files')
      .values(writes.reports)
      // `since` stays: it tells for how long the file has been broken, not this way of being broken.
      .onConflict((conflict) =>
        conflict.column('path').doUpdateSet((eb) => ({
          line: eb.ref('excluded.line'),
          column: eb.ref('excluded.column'),
          reason: eb.ref('excluded.reason'),
        })),
      )
      .execute();
  }
}
