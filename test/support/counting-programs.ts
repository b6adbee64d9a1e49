import type { TableProgram, TableWorld } from './table-runtime.ts';

/** An agent that keeps the bodies of its messages and passes them on to `alice/sink`, and that one, which keeps them. */
export const countingPrograms = {
  count: {
    message: (world, input) => {
      if (input.kind !== 'message') return;
      keep(world, input.message.body);
      world.do({ kind: 'send', to: 'alice/sink', body: input.message.body });
    },
  },
  sink: {
    message: (world, input) => {
      if (input.kind === 'message') keep(world, input.message.body);
    },
  },
} satisfies Record<string, TableProgram>;

function keep({ memory }: TableWorld, body: unknown): void {
  memory['seen'] = [...(Array.isArray(memory['seen']) ? memory['seen'] : []), body];
}
