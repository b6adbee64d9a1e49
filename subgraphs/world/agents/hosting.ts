import { codedError } from '../../../wire/coded-error.ts';
import type { DisabledOwners } from './disabled-owners.ts';

export interface HostingOptions {
  readonly disabledOwners: Pick<DisabledOwners, 'assertEnabled'>;
  /** Why agents of this person are not to run here; undefined when they may. */
  readonly mayHost: (owner: string) => string | undefined;
}

/** Whose agents may be on this node: asked whenever one is stored or started. */
export class Hosting {
  readonly #options: HostingOptions;

  constructor(options: HostingOptions) {
    this.#options = options;
  }

  /** Throws USER_DISABLED or HOSTING_REFUSED. */
  assertWelcome(owner: string): void {
    this.#options.disabledOwners.assertEnabled(owner);
    const reason = this.#options.mayHost(owner);
    if (reason !== undefined) throw codedError('HOSTING_REFUSED', reason);
  }
}
