import { batchByKey } from '../../serve/batch-by-key.ts';
import type { BrokenFileRow, EntityRow, WorldDatabase } from '../database.ts';
import { type EntityChange, type PathReading, applyReadings } from './apply-readings.ts';
import { entityPath, fileTypes } from './entity-identity.ts';

export interface EntityFilter {
  /** `avatar` matches nothing: avatars have no position. */
  readonly type?: EntityRow['entity_type'] | undefined;
  readonly owner?: string | undefined;
  /** Who asks: what an admin has hidden is there for admins and for its owner. */
  readonly sees?: Sees | undefined;
}

/** Whose hidden entities are seen. */
export type Sees = 'all' | { readonly of: string };

interface StoreOptions {
  readonly db: WorldDatabase;
  readonly node: string;
  readonly clock: () => number;
  /** Told what has changed, once the store has it. */
  readonly onApplied?: (changes: readonly EntityChange[]) => void;
}

type ListedEntity = EntityRow & { readonly position: string };

/** The last good version of each entity of this node, and the files that are not good as they stand. Files are the truth; see EntityFiles. */
export class EntityStore {
  readonly #db: WorldDatabase;
  readonly #node: string;
  readonly #clock: () => number;
  readonly #onApplied: (changes: readonly EntityChange[]) => void;
  /** Whether an admin has hidden it; asked for together, they are read together. */
  readonly isHidden: (id: string) => Promise<boolean>;
  /** The row with an entity's id; many asked for in one turn are read together. */
  readonly find: (id: string) => Promise<EntityRow | undefined>;

  constructor(options: StoreOptions) {
    this.#db = options.db;
    this.#node = options.node;
    this.#clock = options.clock;
    this.#onApplied = options.onApplied ?? (() => undefined);
    this.find = batchByKey((ids) => this.#readMany(ids));
    const readHidden = batchByKey((ids) => this.#readHidden(ids));
    this.isHidden = async (id) => (await readHidden(id)) === true;
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

  /** What another id of this node left behind (it has registered anew) goes; its agents stay, under the new id, but at no location of the old one. */
  async adoptNode(): Promise<void> {
    const others = this.#db.selectFrom('entities').select('entity_id').where('node_id', '!=', this.#node);
    await this.#db.deleteFrom('broken_files').where('entity_id', 'in', others).execute();
    await this.#db
      .updateTable('agents')
      .set({ location: null })
      .where('location', 'not like', `${this.#node}/%`)
      .execute();
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
    const now = new Date(this.#clock()).toISOString();
    const changes = await this.#db
      .transaction()
      .execute((transaction) => applyReadings({ transaction, node: this.#node, now, readings }));
    this.#onApplied(changes);
    return changes;
  }

  #filtered(filter: EntityFilter) {
    let query = this.#db.selectFrom('entities').where('position', 'is not', null);
    if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner);
    if (filter.type !== undefined) query = query.where('entity_type', '=', filter.type);
    const { sees } = filter;
    if (sees === undefined || sees === 'all') return query;
    return query.where((row) =>
      row.or([
        row('owner', '=', sees.of),
        row('entity_id', 'not in', row.selectFrom('hidden_entities').select('hidden_entities.entity_id')),
      ]),
    );
  }

  async #readMany(ids: readonly string[]): Promise<ReadonlyMap<string, EntityRow>> {
    const rows = await this.#filtered({}).where('entity_id', 'in', ids).selectAll().execute();
    return new Map(rows.map((row) => [row.entity_id, row]));
  }

  async #readHidden(ids: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    const rows = await this.#db
      .selectFrom('hidden_entities')
      .selectAll()
      .where('entity_id', 'in', ids)
      .execute();
    return new Map(rows.map(({ entity_id: id }) => [id, true]));
  }
}
