import { invariant } from '../wire/invariant.ts';

/** One message as its sender knows it. */
export interface Message {
  readonly id: string;
  /** An agent, or a person. */
  readonly source: string;
  readonly inbox: string;
  /** Rises with each that this sender sends to this recipient. */
  readonly number: number;
}

export interface Arrival {
  readonly id: string;
  readonly sequence: number;
}

export interface LedgerRow extends Message {
  /** What the network has promised so far. */
  readonly state: 'SENDING' | 'QUEUED' | 'STORED';
}

/** What was sent, what was promised of it, and what has arrived where. Both drivers and checker believe nothing else. */
export class Ledger {
  readonly #homeOf: (name: string) => string;
  readonly #rows = new Map<string, LedgerRow>();
  readonly #arrivals = new Map<string, Arrival[]>();
  readonly #arrived = new Set<string>();
  readonly #atRisk = new Map<string, number>();
  readonly #listeners = new Set<(message: Message) => void>();
  #atRiskInAll = 0;
  #acknowledged = 0;

  /** @param homeOf the node of an agent; of a person the initial node */
  constructor(homeOf: (name: string) => string) {
    this.#homeOf = homeOf;
  }

  get sent(): number {
    return this.#rows.size;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Different messages, however often each. */
  get arrived(): number {
    return this.#arrived.size;
  }

  rows(): Iterable<LedgerRow> {
    return this.#rows.values();
  }

  /** In the order in which each inbox has them. */
  arrivals(): ReadonlyMap<string, readonly Arrival[]> {
    return this.#arrivals;
  }

  /** Messages that a crash of this node could hurt: to or from it, and not yet safe on the disk of the recipient's home. Undefined: of all. */
  atRisk(node?: string): number {
    return node === undefined ? this.#atRiskInAll : (this.#atRisk.get(node) ?? 0);
  }

  sending(message: Message): void {
    this.#rows.set(message.id, { ...message, state: 'SENDING' });
    this.#count(message, 1);
  }

  acknowledge(id: string, state: 'QUEUED' | 'STORED'): void {
    const row = this.#rows.get(id);
    invariant(row, 'only what was sent is acknowledged');
    this.#acknowledged += 1;
    this.#rows.set(id, { ...row, state });
    if (state === 'STORED' || this.#arrived.has(id)) this.#count(row, -1);
    for (const listener of this.#listeners) listener(row);
  }

  /** Calls back at once when a message is acknowledged; returns the function that ends it. */
  onAcknowledged(listener: (message: Message) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Whether a message comes from this node or goes to it. */
  concerns({ source, inbox }: Message, node: string): boolean {
    return this.#homeOf(source) === node || this.#homeOf(inbox) === node;
  }

  arrive(inbox: string, arrival: Arrival): void {
    const arrivals = this.#arrivals.get(inbox) ?? [];
    this.#arrivals.set(inbox, arrivals);
    arrivals.push(arrival);
    const row = this.#rows.get(arrival.id);
    if (row?.state === 'QUEUED' && !this.#arrived.has(arrival.id)) this.#count(row, -1);
    this.#arrived.add(arrival.id);
  }

  #count({ source, inbox }: Message, more: number): void {
    this.#atRiskInAll += more;
    for (const node of new Set([this.#homeOf(source), this.#homeOf(inbox)])) {
      this.#atRisk.set(node, (this.#atRisk.get(node) ?? 0) + more);
    }
  }
}
