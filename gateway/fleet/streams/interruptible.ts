/** Waiting that can be cut short. One wait at a time; an interrupt while nothing waits is forgotten. */
export class Interruptible {
  #interrupt: (() => void) | undefined;

  interrupt(): void {
    this.#interrupt?.();
  }

  /** Whether the promise settled before an interrupt came. */
  settles(promise: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (): void => resolve(true);
      this.#interrupt = () => resolve(false);
      promise.then(settle, settle);
    });
  }

  /** Until the next interrupt. */
  interrupted(): Promise<void> {
    return new Promise((resolve) => {
      this.#interrupt = resolve;
    });
  }

  /** Until the time is over or an interrupt comes. */
  async sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await this.settles(new Promise((resolve) => (timer = setTimeout(resolve, ms))));
    clearTimeout(timer);
  }
}
