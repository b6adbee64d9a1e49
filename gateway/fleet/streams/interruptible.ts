/** Waiting that can be cut short. One wait at a time; an interrupt while nothing waits is forgotten. */
export class Interruptible {
  #interrupt: (() => void) | undefined;

  interrupt(): void {
    this.#interrupt?.();
  }

  /** What the promise brings, or undefined when an interrupt comes first. */
  first<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(undefined);
      promise.then(resolve, reject);
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
    await this.first(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))));
    clearTimeout(timer);
  }
}
