import type { TunnelLimits } from './tunnel-limits.ts';

interface Push {
  readonly at: number;
  /** The two instances, in an order that does not depend on who pushed whom. */
  readonly pair: string;
}

/**
 * Notices two processes that run with one node's key, each of which takes the tunnel from the other as often as it comes back. A process that
 * starts again has a new instance each time and never pushes out the same one twice.
 */
export class Contests {
  readonly #limits: TunnelLimits;
  readonly #now: () => number;
  readonly #pushes = new Map<string, readonly Push[]>();
  readonly #leftOut = new Map<string, number>();

  constructor(limits: TunnelLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** One instance takes the tunnel from another. True when these two have done so too often: both are left out from now on. */
  push(node: string, oldInstance: string, newInstance: string): boolean {
    if (oldInstance === newInstance) return false;
    const at = this.#now();
    const pair = [oldInstance, newInstance].toSorted().join('\n');
    const recent = (this.#pushes.get(node) ?? []).filter(
      (push) => push.at > at - this.#limits.tunnelContestMs,
    );
    const pushes = [...recent, { at, pair }];
    if (pushes.filter((push) => push.pair === pair).length < this.#limits.tunnelContests) {
      this.#pushes.set(node, pushes);
      return false;
    }
    this.#pushes.delete(node);
    this.#forgetPast(at);
    for (const instance of [oldInstance, newInstance])
      this.#leftOut.set(keyOf(node, instance), at + this.#limits.tunnelContestMs);
    return true;
  }

  /** How long an instance stays left out; 0 when it is not. */
  leftOutMs(node: string, instance: string): number {
    return Math.max(0, (this.#leftOut.get(keyOf(node, instance)) ?? 0) - this.#now());
  }

  #forgetPast(now: number): void {
    for (const [key, until] of this.#leftOut) if (until <= now) this.#leftOut.delete(key);
    for (const [node, pushes] of this.#pushes)
      if (pushes.every(({ at }) => at <= now - this.#limits.tunnelContestMs)) this.#pushes.delete(node);
  }
}

function keyOf(node: string, instance: string): string {
  return `${node}\n${instance}`;
}
