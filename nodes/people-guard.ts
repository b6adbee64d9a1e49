import type { World } from '../subgraphs/world/subgraph.ts';

/** Whom an admin has restricted, as far as it is news: usernames. */
export interface RestrictedPeople {
  readonly disabled?: readonly string[];
  readonly muted?: readonly string[];
}

/** Holds one node to what admins have decided about people: the agents of those who are disabled stay stopped, who is muted is heard of nobody. */
export interface PeopleGuard {
  /** Everybody who is, as far as is known now. May come before there is a world. */
  see(people: RestrictedPeople): void;
  isMuted(username: string): boolean;
  /** From now on on this world; resolves when the agents of those who have been seen are stopped. */
  guard(world: Pick<World, 'stopAgentsOf'>): Promise<void>;
  /** Idempotent. Resolves when what was being stopped is. */
  close(): Promise<void>;
}

export function createPeopleGuard(onFault: (error: unknown) => void): PeopleGuard {
  let disabled: readonly string[] = [];
  let muted: ReadonlySet<string> = new Set();
  let guarded: Pick<World, 'stopAgentsOf'> | undefined;
  // One list after the other: the newest must be the last.
  let stopping: Promise<void> = Promise.resolve();
  const stop = () => {
    const world = guarded;
    const usernames = disabled;
    if (world) stopping = stopping.then(() => world.stopAgentsOf(usernames)).catch(onFault);
  };
  return {
    see: (people) => {
      if (people.muted) muted = new Set(people.muted);
      if (!people.disabled) return;
      disabled = people.disabled;
      stop();
    },
    isMuted: (username) => muted.has(username),
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
