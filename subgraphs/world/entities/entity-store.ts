import type { Transaction } from 'kysely';
import { batchByKey } from '../../serve/batch-by-key.ts';
import type { BrokenFileRow, EntityRow, WorldDatabase, WorldTables } from '../database.ts';
import {
  type EntityIdentity,
  entityId,
  entityPath,
  entityPosition,
  fileTypes,
  parseEntityPath,
} from './entity-identity.ts';
import type { FileReading } from './read-entity-file.ts';

export interface PathReading {
  readonly path: string;
  readonly reading: FileReading;
}

/** What a reading changed: STORED is new or other data, KEPT nothing, REMOVED the entity or the report is gone. */
export interface EntityChange {
  readonly path: string;
  readonly outcome: 'STORED' | 'KEPT' | 'REMOVED' | 'BROKEN';
  /** For BROKEN. */
  readonly reason?: string;
}

export interface EntityFilter {
  /** `avatar` matches nothing: avatars have no position. */
  readonly type?: EntityRow['entity_type'] | undefined;
  readonly owner?: string | undefined;
}

interface StoreOptions {
  readonly db: WorldDatabase;
  readonly node: string;
  readonly clock: () => number;
}

export type ListedEntity = EntityRow & { readonly position: string };

type EntityTransaction = Transaction<WorldTables>;

/** The last good version of each entity of this node, and the files that are not good as they stand. Files are the truth; see EntityFiles. */
export class EntityStore {
  readonly #db: WorldDatabase;
  readonly #node: string;
  readonly #clock: () => number;
  /** The row with an entity's id; many asked for in one turn are read together. */
  readonly find: (id: string) => Promise<EntityRow | undefined>;

  constructor(options: StoreOptions) {
    this.#db = options.db;
    this.#node = options.node;
    this.#clock = options.clock;
    this.find = batchByKey((ids) => this.#readMany(ids));
  }

  /** Up to `limit` rows whose position is beyond `after`, in the order of positions. */
  async list(filter: EntityFilter, after: string, limit: number): Promise<ListedEntity[]> {
    return this.#filtered(filter)
      .where('position', '>', after)
      .selectAll()
      .$narrowType<{ position: string }>()
      .orderBy('position')
      .limit(limit)
      .execute();
  }

  async count(filter: EntityFilter = {}): Promise<number> {
    const row = await this.#filtered(filter)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return row.count;
  }

  /** Up to `limit` reports in the order of their paths. */
  async listBroken(limit: number): Promise<BrokenFileRow[]> {
    const rows = await this.#db
      .selectFrom('broken_files')
      .leftJoin('entities', 'entities.entity_id', 'broken_files.entity_id')
      .selectAll('broken_files')
      .select('entities.id as serving')
      .orderBy('path')
      .limit(limit)
      .execute();
    return rows.map(({ serving, ...row }) => ({ ...row, serves: serving !== null }));
  }

  /** The paths that this store has something of, at `folder` or below it. */
  async knownPaths(folder: string): Promise<string[]> {
    const entities = await this.#filtered({}).select(['owner', 'entity_type', 'name']).execute();
    const reports = await this.#db.selectFrom('broken_files').select('path').execute();
    return [
      ...entities.flatMap(({ owner, entity_type, name }) => {
        const type = fileTypes.find((known) => known === entity_type);
        return type ? [entityPath({ owner, type, name })] : [];
      }),
      ...reports.map(({ path }) => path),
    ].filter((path) => path === folder || path.startsWith(`${folder}/`));
  }

  /** Rows that another id of this node left behind (it has registered anew) go; its agents stay, under the new id. */
  async adoptNode(): Promise<void> {
    await this.#db
      .deleteFrom('entities')
      .where('node_id', '!=', this.#node)
      .where('entity_type', '!=', 'avatar')
      .execute();
    await this.#db
      .updateTable('entities')
      .set({ node_id: this.#node })
      .where('node_id', '!=', this.#node)
      .execute();
  }

  /** Makes the store say what the files say, in one transaction. */
  async apply(readings: readonly PathReading[]): Promise<EntityChange[]> {
    return this.#db.transaction().execute(async (transaction) => {
      const known = await this.#readKnown(transaction, readings);
      const changes: EntityChange[] = [];
      for (const { path, reading } of readings) {
        changes.push(await this.#applyOne(transaction, path, reading, known));
      }
      return changes;
    });
  }

  #filtered(filter: EntityFilter) {
    let query = this.#db.selectFrom('entities').where('position', 'is not', null);
    if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner);
    if (filter.type !== undefined) query = query.where('entity_type', '=', filter.type);
    return query;
  }

  async #readMany(ids: readonly string[]): Promise<ReadonlyMap<string, EntityRow>> {
    const rows = await this.#filtered({}).where('entity_id', 'in', ids).selectAll().execute();
    return new Map(rows.map((row) => [row.entity_id, row]));
  }

  async #readKnown(transaction: EntityTransaction, readings: readonly PathReading[]): Promise<Known> {
    const paths = readings.map(({ path }) => path);
    const ids = readings.flatMap(({ path }) => {
      const identity = parseEntityPath(path);
      return 'reason' in identity ? [] : [entityId(this.#node, identity)];
    });
    const rows = await transaction
      .selectFrom('entities')
      .select(['entity_id', 'data'])
      .where('entity_id', 'in', ids)
      .execute();
    const reports = await transaction
      .selectFrom('broken_files')
      .select(['path', 'line', 'column', 'reason'])
      .where('path', 'in', paths)
      .execute();
    return {
      data: new Map(rows.map((row) => [row.entity_id, row.data])),
      reports: new Map(reports.map(({ path, ...report }) => [path, report])),
    };
  }

  async #applyOne(
    transaction: EntityTransaction,
    path: string,
    reading: FileReading,
    known: Known,
  ): Promise<EntityChange> {
    if (reading.kind === 'broken') return this.#report(transaction, path, reading, known);
    const wasBroken = known.reports.has(path);
    if (wasBroken) await transaction.deleteFrom('broken_files').where('path', '=', path).execute();

    if (reading.kind === 'absent') {
      const identity = parseEntityPath(path);
      const id = 'reason' in identity ? undefined : entityId(this.#node, identity);
      const isStored = id !== undefined && known.data.has(id);
      if (isStored) await transaction.deleteFrom('entities').where('entity_id', '=', id).execute();
      return { path, outcome: isStored || wasBroken ? 'REMOVED' : 'KEPT' };
    }
    const id = entityId(this.#node, reading.identity);
    if (known.data.get(id) === reading.json) return { path, outcome: wasBroken ? 'STORED' : 'KEPT' };
    await this.#upsert(transaction, id, reading.identity, reading.json);
    return { path, outcome: 'STORED' };
  }

  async #upsert(
    transaction: EntityTransaction,
    id: string,
    identity: EntityIdentity,
    json: string,
  ): Promise<void> {
    const changed = { data: json, updated_at: new Date(this.#clock()).toISOString() };
    await transaction
      .insertInto('entities')
      .values({
        entity_type: identity.type,
        entity_id: id,
        owner: identity.owner,
        node_id: this.#node,
        name: identity.name,
        position: entityPosition(this.#node, identity),
        ...changed,
      })
      .onConflict((conflict) => conflict.column('entity_id').doUpdateSet(changed))
      .execute();
  }

  async #report(
    transaction: EntityTransaction,
    path: string,
    { line, column, reason, identity }: Extract<FileReading, { kind: 'broken' }>,
    known: Known,
  ): Promise<EntityChange> {
    const report = known.reports.get(path);
    if (report?.line === line && report.column === column && report.reason === reason) {
      return { path, outcome: 'KEPT' };
    }
    await transaction
      .insertInto('broken_files')
      .values({
        path,
        line,
        column,
        reason,
        since: new Date(this.#clock()).toISOString(),
        entity_id: identity ? entityId(this.#node, identity) : null,
      })
      // `since` stays: it tells for how long the file has been broken, not this way of being broken.
      .onConflict((conflict) => conflict.column('path').doUpdateSet({ line, column, reason }))
      .execute();
    return { path, outcome: 'BROKEN', reason };
  }
}

/** What the store has of the paths of a batch. */
interface Known {
  readonly data: ReadonlyMap<string, string>;
  readonly reports: ReadonlyMap<
    string,
    { readonly line: number; readonly column: number; readonly reason: string }
  >;
}
