import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { ownerOfAgent } from '../../../wire/ids.ts';
import { Allowance } from '../running/allowance.ts';

export interface MannersOptions {
  /** Whether an admin has muted this person. */
  readonly isMuted: (username: string) => boolean;
}

/** What is asked of avatars where strangers meet, whoever drives them. */
export class Manners {
  readonly #options: MannersOptions;
  readonly #acts = new Allowance({ perSecond: limits.avatarActsPerSecond, burst: limits.avatarActBurst });

  constructor(options: MannersOptions) {
    this.#options = options;
  }

  /** Throws RATE_LIMITED for an agent whose avatar says and enters too much. */
  assertCalm(agent: string, now: number): void {
    if (this.#acts.take(agent, 1, now) === 1) return;
    throw codedError(
      'RATE_LIMITED',
      `The avatar of ${agent} says and enters too much; expected at most ${limits.avatarActsPerSecond} times a second for long`,
    );
  }

  /** Throws USER_MUTED. */
  assertMaySpeak(agent: string): void {
    const owner = ownerOfAgent(agent);
    if (owner === undefined || !this.#options.isMuted(owner)) return;
    throw codedError('USER_MUTED', `An admin has muted ${owner}`);
  }
}
