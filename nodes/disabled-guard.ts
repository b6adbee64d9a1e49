import type { World } from '../subgraphs/world/subgraph.ts';

/** Keeps the agents of disabled people stopped on one node. */
export interface DisabledGuard {
  /** Everybody who is disabled, as far as is known now. May come before there is a world. */
  see(usernames: readonly string[]): void;
  /** From now on on this world; resolves when the agents of those who have been seen are stopped. */
  guard(world: Pick<World, 'stopAgentsOf'>): Promise<void>;
  /** Idempotent. Resolves when what was being stopped is. */
  close(): Promise<void>;
}

export function createDisabledGuard(onFault: (error: unknown) => void): DisabledGuard {
  let disabled: readonly string[] = [];
  let guarded: Pick<World, 'stopAgentsOf'> | undefined;
  // One list after the other: the newest must be the last.
  let stopping: Promise<void> = Promise.resolve();
  const stop = () => {
    const world = guarded;
    const usernames = disabled;
    if (world) stopping = stopping.then(() => world.stopAgentsOf(usernames)).catch(onFault);
  };
  return {
    see: (usernames) => {
      disabled = usernames;
      stop();
    },
    guard: (world) => {
      guarded = world;
      stop();
      return stopping;
    },
    close: () => {
      guarded = undefined;
      return stopping;
    },
  };
}
