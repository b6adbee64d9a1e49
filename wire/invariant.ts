/** For what only a bug of ours can break: throws, naming the promise. */
export function invariant(holds: unknown, promise: string): asserts holds {
  if (!holds) throw new Error(`Broken promise: ${promise}`);
}
