/** What has been opened, to be closed in the reverse order; all of it, whatever fails on the way. */
export class CloseStack {
  readonly #closers: (() => void | Promise<void>)[] = [];
  #closing: Promise<void> | undefined;

  add(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  /** Idempotent. Rejects with the first fault, after everything else has been closed. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const faults: unknown[] = [];
    for (const close of this.#closers.reverse()) {
      try {
        await close();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}

/**
 * Starts something that opens one thing after the other: what `start` gives, with a `close` that is idempotent. When it fails midway, all that it
 * has opened is closed first.
 */
export async function startClosable<Started extends object>(
  start: (closing: CloseStack) => Promise<Started>,
): Promise<Started & { close(): Promise<void> }> {
  const closing = new CloseStack();
  try {
    return { ...(await start(closing)), close: () => closing.close() };
  } catch (error) {
    await closing.close();
    throw error;
  }
}
