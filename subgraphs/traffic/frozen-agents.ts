import { codedError } from '../../wire/coded-error.ts';
import type { OutboxRow } from './database.ts';
import { within } from './within.ts';

type OwnRow = Pick<OutboxRow, 'source' | 'in_custody' | 'kind'>;

/**
 * Agents of this node that are about to live elsewhere: nothing is accepted for them, and nothing of theirs is sent. `settling` while what is on its way to
 * others may still be answered, `frozen` once a snapshot says what has been.
 */
export class FrozenAgents {
  readonly #phases = new Map<string, 'settling' | 'frozen'>();
  readonly #carried = new Map<string, Set<Promise<unknown>>>();
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(frozen: readonly string[]) {
    for (const agent of frozen) this.#phases.set(agent, 'frozen');
  }

  has(agent: string): boolean {
    return this.#phases.has(agent);
  }

  all(): readonly string[] {
    return [...this.#phases.keys()];
  }

  /** Throws AGENT_MOVING. */
  assertStays(agent: string): void {
    if (this.has(agent)) throw codedError('AGENT_MOVING', `The agent ${agent} is on its way to another node`);
  }

  /** Whether this row of the outbox waits with its sender. */
  mayNotLeave(row: OwnRow): boolean {
    return isOwn(row) && this.has(row.source);
  }

  /** Whether what becomes of this row is another node's to note. */
  isGivenAway(row: OwnRow): boolean {
    return isOwn(row) && this.#phases.get(row.source) === 'frozen';
  }

  /** Resolves when what is on its way of the agent has been answered, at the latest after so long; then nothing of it is noted here any more. */
  async freeze(agent: string, settleMs: number): Promise<void> {
    this.#phases.set(agent, this.#phases.get(agent) ?? 'settling');
    await within(Promise.allSettled(this.#carried.get(agent) ?? new Set<Promise<unknown>>()), settleMs);
    // Unless it stays after all.
    if (this.has(agent)) this.#phases.set(agent, 'frozen');
  }

  unfreeze(agent: string): void {
    this.#phases.delete(agent);
  }

  /** Whether something of the agent may have arrived without an answer. */
  isCarried(agent: string): boolean {
    return this.#carried.has(agent);
  }

  /** These rows are on their way until the promise is settled, which is returned. */
  async carry<T>(rows: readonly OwnRow[], work: Promise<T>): Promise<T> {
    const sources = new Set(rows.filter(isOwn).map(({ source }) => source));
    for (const source of sources) {
      const carried = this.#carried.get(source) ?? new Set();
      this.#carried.set(source, carried.add(work));
    }
    try {
      return await work;
    } finally {
      for (const source of sources) this.#arrived(source, work);
    }
  }

  /** Resolves when the agent may be found elsewhere, or again; at the latest after so long. */
  async homeChange(agent: string, ms: number): Promise<void> {
    const listeners = this.#listeners.get(agent) ?? new Set();
    this.#listeners.set(agent, listeners);
    let listener = (): void => undefined;
    const changed = new Promise<void>((resolve) => {
      listener = resolve;
      listeners.add(listener);
    });
    await within(changed, ms);
    listeners.delete(listener);
    if (listeners.size === 0) this.#listeners.delete(agent);
  }

  homeChanged(agent: string | undefined): void {
    const some = agent === undefined ? [...this.#listeners.values()] : [this.#listeners.get(agent) ?? []];
    for (const listener of some.flatMap((listeners) => [...listeners])) listener();
  }

  #arrived(source: string, work: Promise<unknown>): void {
    const carried = this.#carried.get(source);
    carried?.delete(work);
    if (carried?.size === 0) this.#carried.delete(source);
  }
}

/** A bounce is on its way to the agent, and what is in custody belongs to whoever took it. */
function isOwn({ in_custody: inCustody, kind }: OwnRow): boolean {
  return inCustody === 0 && kind !== 'BOUNCE';
}
