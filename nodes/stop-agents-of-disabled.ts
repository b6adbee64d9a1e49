import type { Registry } from '../subgraphs/registry/registry.ts';
import type { World } from '../subgraphs/world/subgraph.ts';

export interface DisabledGuardOptions {
  readonly people: Registry['people'];
  readonly world: Pick<World, 'stopAgentsOf'>;
  readonly onFault: (error: unknown) => void;
}

export interface DisabledGuard {
  /** Idempotent. Resolves when what was being stopped is. */
  close(): Promise<void>;
}

/** Keeps the agents of disabled people stopped on the initial node's own world. Resolves when those that run now are stopped. */
export async function stopAgentsOfDisabled(options: DisabledGuardOptions): Promise<DisabledGuard> {
  const { people, world, onFault } = options;
  // One list after the other: the newest must be the last.
  let stopping: Promise<void> = Promise.resolve();
  const stop = (disabled: readonly string[]) => {
    stopping = stopping.then(() => world.stopAgentsOf(disabled)).catch(onFault);
  };
  const stopListening = people.changes.listen(({ disabled }) => stop(disabled));
  stop(await people.disabledUsers());
  await stopping;
  return {
    close: () => {
      stopListening();
      return stopping;
    },
  };
}
