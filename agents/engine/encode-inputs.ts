import type { AgentBatch, AgentInput } from '../agent-runtime.ts';

/** A batch as it goes to an engine. */
export type EncodedBatch = Omit<AgentBatch, 'inputs'> & { readonly inputs: EncodedInputs };

export interface EncodedInputs {
  readonly count: number;
  /** JSON, one line: of each input a list that begins with its kind, its time and its seed, as the prelude takes it apart. */
  readonly text: string;
}

/**
 * Makes of inputs the text that the prelude reads, once for all borders on the way there. Lists and not objects: names that are the same in every
 * message make half of its length, and QuickJS looks each of them up.
 */
export function encodeInputs(inputs: readonly AgentInput[]): EncodedInputs {
  return { count: inputs.length, text: JSON.stringify(inputs.map(toList)) };
}

/** The kind of the input with this index. */
export function encodedKind({ text }: EncodedInputs, index: number): AgentInput['kind'] {
  // Our own text: what stands first in a list of `toList`.
  const lists = JSON.parse(text) as readonly (readonly [AgentInput['kind']])[];
  return lists[index]?.[0] ?? 'start';
}

function toList(input: AgentInput): readonly unknown[] {
  const { kind, at, seed } = input;
  switch (kind) {
    case 'start':
      return [kind, at, seed];
    case 'message': {
      const { id, from, sender, body, sentAt, sequence } = input.message;
      return [kind, at, seed, id, from, sender, body, sentAt, sequence];
    }
    case 'tick':
      return [kind, at, seed, input.tick];
    case 'timer':
      return [kind, at, seed, input.timer, input.payload];
    case 'beforeMove':
      return [kind, at, seed, input.to];
    case 'afterMove':
      return [kind, at, seed, input.from];
    case 'command':
      return [kind, at, seed, input.text];
    default:
      return kind satisfies never;
  }
}
