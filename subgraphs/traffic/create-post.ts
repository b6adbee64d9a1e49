import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../../schema/error-codes.ts';
import type { DeliveryInput } from '../../schema/generated/peer.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Delivery, DeliveryOutcome } from './delivery.ts';
import type { Post } from './post.ts';

export interface PostOptions extends Pick<Post, 'self' | 'initial' | 'locate' | 'canReach' | 'onReach'> {
  /**
   * Runs an operation of peer.graphql on that node, sent once. Resolves with its data; rejects with the first error of the answer, or when there is
   * none in time.
   */
  readonly ask: (
    node: string,
    operation: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> },
  ) => Promise<unknown>;
}

/** A post that speaks peer.graphql. */
export function createPost(options: PostOptions): Post {
  const { self, initial, locate, canReach, onReach, ask } = options;
  return {
    self,
    initial,
    locate,
    canReach,
    onReach,
    deliver: async (node, batch) => {
      const data = await ask(node, { query: deliverQuery, variables: { batch: batch.map(toInput) } });
      return read(node, z.object({ deliver: outcomes }), data).deliver.map(toOutcome);
    },
    handOver: async (batch) => {
      const data = await ask(initial, { query: handOverQuery, variables: { batch: batch.map(toInput) } });
      return read(initial, z.object({ handOver: outcomes }), data).handOver.map(toOutcome);
    },
  };
}

const fields = 'kind sequence duplicate code text expected node epoch';
const deliverQuery = `mutation ($batch: [DeliveryInput!]!) { deliver(batch: $batch) { ${fields} } }`;
const handOverQuery = `mutation ($batch: [DeliveryInput!]!) { handOver(batch: $batch) { ${fields} } }`;

const codes = Object.keys(errorCodes).filter((code): code is ErrorCode => Object.hasOwn(errorCodes, code));
const reason = { code: z.enum(codes), text: z.string() };
const outcomes = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('STORED'), sequence: z.number().nullable(), duplicate: z.boolean() }),
    z.object({ kind: z.literal('QUEUED'), duplicate: z.boolean() }),
    z.object({ kind: z.literal('REFUSED'), ...reason }),
    z.object({ kind: z.literal('DENIED'), ...reason }),
    z.object({ kind: z.literal('GAP'), expected: z.number() }),
    z.object({ kind: z.literal('MOVED'), node: z.string().nullable(), epoch: z.number().nullable() }),
  ]),
);

function read<T>(node: string, answer: z.ZodType<T>, data: unknown): T {
  const parsed = answer.safeParse(data);
  if (parsed.success) return parsed.data;
  throw codedError('NODE_BAD_ANSWER', `Expected outcomes of node ${node}: ${z.prettifyError(parsed.error)}`);
}

function toInput({ reason: why, bounce, place, ...delivery }: Delivery): DeliveryInput {
  return {
    ...delivery,
    place: place ?? null,
    code: why?.code ?? null,
    text: why?.text ?? null,
    letterId: bounce?.letterId ?? null,
    addressee: bounce?.addressee ?? null,
  };
}

function toOutcome(answer: z.infer<typeof outcomes>[number]): DeliveryOutcome {
  switch (answer.kind) {
    case 'STORED':
      return { kind: 'STORED', sequence: answer.sequence ?? undefined, isDuplicate: answer.duplicate };
    case 'QUEUED':
      return { kind: 'QUEUED', isDuplicate: answer.duplicate };
    case 'REFUSED':
    case 'DENIED':
    case 'GAP':
      return answer;
    case 'MOVED': {
      const { node, epoch } = answer;
      return { kind: 'MOVED', hint: node !== null && epoch !== null ? { node, epoch } : undefined };
    }
  }
}
