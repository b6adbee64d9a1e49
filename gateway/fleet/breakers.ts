import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Link } from '../../wire/link.ts';

export interface BreakerOptions {
  /** Failures in a row. */
  readonly failures?: number;
  readonly openMs?: number;
}

/**
 * Leaves a node alone that has failed several times in a row; after a while one request finds out whether it is back. Belongs to the link,
 * so that a node which left and came again starts afresh.
 */
export class Breakers {
  readonly #options: Required<BreakerOptions>;
  readonly #policies = new WeakMap<Link, CircuitBreakerPolicy>();
  readonly #isFailure: (error: Error) => boolean;

  constructor(isFailure: (error: Error) => boolean, options: BreakerOptions = {}) {
    this.#isFailure = isFailure;
    this.#options = { failures: limits.breakerFailures, openMs: limits.breakerOpenMs, ...options };
  }

  /** Rejects as `work` does, or with NODE_SUSPENDED without having started it. */
  async run<T>(link: Link, work: () => Promise<T>): Promise<T> {
    const policy = this.#policyOf(link);
    // cockatiel lets the others wait for the probe's outcome; a client is better served by an answer without this node's rows.
    if (policy.state === CircuitState.HalfOpen) throw suspended(link.node);
    try {
      return await policy.execute(work);
    } catch (error) {
      throw isBrokenCircuitError(error) ? suspended(link.node) : error;
    }
  }

  #policyOf(link: Link): CircuitBreakerPolicy {
    const known = this.#policies.get(link);
    if (known) return known;
    const policy = circuitBreaker(handleWhen(this.#isFailure), {
      halfOpenAfter: this.#options.openMs,
      breaker: new ConsecutiveBreaker(this.#options.failures),
    });
    this.#policies.set(link, policy);
    return policy;
  }
}

function suspended(node: string): Error {
  return codedError(
    'NODE_SUSPENDED',
    `Node ${node} failed several times in a row and is left alone for a while`,
    {
      node,
    },
  );
}
