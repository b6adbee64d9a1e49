import { LRUCache } from 'lru-cache';
import type { Sight, Surroundings } from '../../../agents/agent-runtime.ts';
import type { WorldDatabase } from '../database.ts';
import { readSights } from './read-sights.ts';

interface Known {
  isStale: boolean;
  readonly sights: readonly Sight[];
  readonly json: string;
  readonly revision: number;
}

/** Locations whose sights are kept; each is 64 KiB at the most. */
const maxLocations = 500;

/** What is to be seen at each location, read once for all who are there and again when something may have changed. */
export class SurroundingsBook {
  readonly #db: WorldDatabase;
  readonly #node: string;
  readonly #known = new LRUCache<string, Known>({ max: maxLocations });
  /** Locations that were told to have changed while they were being read. */
  readonly #changed = new Set<string>();
  #revision = 0;

  constructor(options: { readonly db: WorldDatabase; readonly node: string }) {
    this.#db = options.db;
    this.#node = options.node;
  }

  /** Of the same `revision` it is the same, and another one means that something is different. Nowhere there is nothing. */
  async of(location: string | null): Promise<Surroundings> {
    const nowhere = { node: this.#node, location: null, sights: [], revision: 0 };
    if (location === null) return nowhere;
    const before = this.#known.get(location);
    const { sights, revision } = before && !before.isStale ? before : await this.#read(location, before);
    return sights.length === 0 ? nowhere : { node: this.#node, location, sights, revision };
  }

  /** Something may be different there. */
  changed(locations: Iterable<string>): void {
    for (const location of locations) {
      this.#changed.add(location);
      const known = this.#known.get(location);
      if (known) known.isStale = true;
    }
  }

  /** Something may be different anywhere: an entity was written. */
  changedAnywhere(): void {
    this.changed(this.#known.keys());
  }

  async #read(location: string, before: Known | undefined): Promise<Known> {
    this.#changed.delete(location);
    const sights = await readSights(this.#db, location);
    const json = JSON.stringify(sights);
    const isSame = before?.json === json;
    const known = {
      isStale: this.#changed.delete(location),
      sights: isSame ? before.sights : sights,
      json,
      revision: isSame ? before.revision : ++this.#revision,
    };
    this.#known.set(location, known);
    return known;
  }
}
