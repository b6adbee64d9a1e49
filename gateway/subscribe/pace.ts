/** Somebody who moves along a row of numbered events. */
export interface Follower {
  /** The number of the next event that it reads. */
  readonly position: number;
}

/**
 * How far events may be thrown away, so that all who follow keep together. Nothing goes that a follower still has to read, until some have read
 * it and the others have held them up for longer than the patience lasts: those are left behind, until they follow again. While nobody reads,
 * nothing goes.
 */
export class Pace {
  readonly #followers = new Set<Follower>();
  /** Followers that have to get past `#goal` before `#gate` is moved there. */
  readonly #awaited = new Set<Follower>();
  readonly #patienceMs: number;
  readonly #onRoom: () => void;
  /** Events before this number may go. */
  #gate = 0;
  #goal = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(patienceMs: number, onRoom: () => void) {
    this.#patienceMs = patienceMs;
    this.#onRoom = onRoom;
  }

  /** Also for one that has been left behind and has come up again. */
  follow(follower: Follower): void {
    this.#followers.add(follower);
    if (this.#awaited.size === 0) return;
    if (follower.position < this.#goal) this.#awaited.add(follower);
    else this.#hurry();
  }

  /** It has left, or goes its own way. */
  unfollow(follower: Follower): void {
    this.#followers.delete(follower);
    if (this.#awaited.delete(follower)) this.#look();
  }

  /** To be called after each step of a follower. */
  moved(follower: Follower): void {
    if (this.#awaited.size > 0 && follower.position >= this.#goal && this.#awaited.delete(follower))
      this.#look();
  }

  /** Whether the event may go now. If not, `onRoom` is called once everything before `goal`, which is behind it, may. */
  mayDrop(number: number, goal: number): boolean {
    if (number < this.#gate) return true;
    if (this.#awaited.size > 0) return false;
    this.#goal = goal;
    for (const follower of this.#followers) if (follower.position < goal) this.#awaited.add(follower);
    if (this.#awaited.size === 0) this.#gate = goal;
    else this.#hurry();
    return this.#awaited.size === 0;
  }

  #look(): void {
    if (this.#awaited.size > 0) return this.#hurry();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#gate = this.#goal;
    this.#onRoom();
  }

  /** Starts to lose patience as soon as there is somebody who is held up. */
  #hurry(): void {
    if (this.#timer || this.#awaited.size === this.#followers.size) return;
    this.#timer = setTimeout(() => {
      for (const follower of this.#awaited) this.#followers.delete(follower);
      this.#awaited.clear();
      this.#look();
    }, this.#patienceMs);
    this.#timer.unref();
  }
}
