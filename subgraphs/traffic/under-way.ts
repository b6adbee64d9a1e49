/** What is being read or written, and has to end before the database is closed. */
export class UnderWay {
  readonly #work = new Set<Promise<unknown>>();
  #phase: 'new' | 'open' | 'closed' = 'new';

  open(): void {
    this.#phase = 'open';
  }

  /** Whether something may begin. A method, as the compiler does not expect a field to change during an await. */
  isOpen(): boolean {
    return this.#phase === 'open';
  }

  async track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  /** Resolves when what is under way now has ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#work);
  }

  /** Nothing may begin any more; resolves when nothing is under way. Idempotent. */
  async close(): Promise<void> {
    this.#phase = 'closed';
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }
}
