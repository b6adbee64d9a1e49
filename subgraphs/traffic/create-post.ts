import { z } from 'zod';
import type { Delivery, DeliveryOutcome } from './delivery.ts';
import { parseOutcomes } from './delivery-json.ts';
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
export function createPost({ ask, ...options }: PostOptions): Post {
  const bring = async (
    node: string,
    query: string,
    batch: readonly Delivery[],
  ): Promise<readonly DeliveryOutcome[]> => {
    const data = answer.safeParse(await ask(node, { query, variables: { batch } }));
    return parseOutcomes(node, data.data?.outcomes);
  };
  return {
    ...options,
    deliver: (node, batch) => bring(node, deliverQuery, batch),
    handOver: (batch) => bring(options.initial, handOverQuery, batch),
  };
}

const answer = z.object({ outcomes: z.unknown() });
const deliverQuery = 'mutation ($batch: Deliveries!) { outcomes: deliver(batch: $batch) }';
const handOverQuery = 'mutation ($batch: Deliveries!) { outcomes: handOver(batch: $batch) }';
