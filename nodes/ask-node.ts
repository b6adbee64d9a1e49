import { z } from 'zod';
import { readAnswer } from '../gateway/fleet/node-answer.ts';
import { limits } from '../schema/limits.ts';
import { codedError } from '../wire/coded-error.ts';
import type { DirectLinks } from './direct-links.ts';
import type { NetworkClient } from './network-client.ts';

/** An operation of a schema that members may ask of each other. */
interface NodeOperation {
  readonly shape: 'peer' | 'reports';
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Asks another node. Rejects with NODE_UNREACHABLE, INITIAL_UNREACHABLE, and whatever it answers. */
export type AskNode = (node: string, operation: NodeOperation) => Promise<unknown>;

export interface AskNodeOptions {
  /** The initial node's id. */
  readonly initial: string;
  readonly network: Pick<NetworkClient, 'ask'>;
  /** Undefined where this node and the others talk through the initial node only. */
  readonly direct: Pick<DirectLinks, 'get'> | undefined;
}

/** The initial node over the connection that this node has there, the others over links of its own. */
export function createAskNode({ initial, network, direct }: AskNodeOptions): AskNode {
  return async (node, { shape, query, variables = {} }) => {
    if (node === initial)
      return network.ask({ query, variables: { ...variables }, extensions: { shape }, answer: z.unknown() });
    const link = direct?.get(node);
    if (!link) throw codedError('NODE_UNREACHABLE', `There is no direct way to the node ${node}`);
    const answer = await link.execute({ shape, query, variables, timeoutMs: limits.requestDeadlineMs });
    const { data, errors } = readAnswer(node, answer);
    const [error] = errors;
    if (error) throw codedError(error.code, error.message);
    return data;
  };
}
