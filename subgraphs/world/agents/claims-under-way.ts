import type { AgentDirectory } from './agent-directory.ts';

/** Ids that are claimed at the registry and not stored yet, so that nobody takes them for orphans. */
export class ClaimsUnderWay {
  readonly #counts = new Map<string, number>();

  /** Claims the id, then stores what it is for; when that fails and `isStored` says that nothing is, the id is given back. */
  async claimed<T>(
    id: string,
    {
      claim,
      store,
      isStored,
      release,
    }: {
      readonly claim: () => ReturnType<AgentDirectory['claimAgent']>;
      readonly store: (epoch: number) => Promise<T>;
      readonly isStored: () => Promise<boolean>;
      readonly release: () => Promise<unknown>;
    },
  ): Promise<T> {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    try {
      const { epoch } = await claim();
      try {
        return await store(epoch);
      } catch (error) {
        // That the registry is away now is not what the caller should hear of; then it is an orphan until the next start.
        if (!(await isStored())) await release().catch(() => undefined);
        throw error;
      }
    } finally {
      const count = (this.#counts.get(id) ?? 1) - 1;
      if (count === 0) this.#counts.delete(id);
      else this.#counts.set(id, count);
    }
  }

  has(id: string): boolean {
    return this.#counts.has(id);
  }
}
