import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import type { AgentDirectory, LocatedAgent } from './agent-directory.ts';

/**
 * What has been looked up in the directory, for those who ask for every message and every fetch. What changes there is told in this process as it is
 * made, so that what is remembered is as true as the table.
 */
export class RememberedHomes {
  readonly #directory: Pick<AgentDirectory, 'locate' | 'onChange'>;
  readonly #homes = new LRUCache<string, LocatedAgent>({ max: limits.maxKnownHomes });
  /** Counts what has been forgotten: an answer from before that is not remembered. */
  #changes = 0;

  constructor(directory: Pick<AgentDirectory, 'locate' | 'onChange'>) {
    this.#directory = directory;
    directory.onChange((agent) => this.#forget(() => this.#homes.delete(agent)));
  }

  /** As the directory's; whoever is called finds what has changed. */
  onChange(listener: (agent: string) => void): () => void {
    return this.#directory.onChange(listener);
  }

  /** Ids that nobody has claimed are missing from the answer. `fresh`: looked up in any case. */
  async locate(
    agents: readonly string[],
    { fresh = false }: { readonly fresh?: boolean } = {},
  ): Promise<ReadonlyMap<string, LocatedAgent>> {
    const found = new Map<string, LocatedAgent>();
    for (const agent of fresh ? [] : agents) {
      const home = this.#homes.get(agent);
      if (home) found.set(agent, home);
    }
    const missing = agents.filter((agent) => !found.has(agent));
    if (missing.length === 0) return found;
    const changes = this.#changes;
    for (const [agent, home] of await this.#directory.locate(missing)) {
      found.set(agent, home);
      if (changes === this.#changes) this.#homes.set(agent, home);
    }
    return found;
  }

  /** Any of them may have changed without a word of it. */
  forgetAll(): void {
    this.#forget(() => this.#homes.clear());
  }

  #forget(what: () => void): void {
    this.#changes += 1;
    what();
  }
}
