import { utils } from 'ssh2';
import type { Registry } from '../../subgraphs/registry/registry.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { codeOf, dataOf } from './registry-on-disk.ts';

export interface NodeConnection {
  data(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Of the first error. */
  code(query: string, variables?: Record<string, unknown>): Promise<unknown>;
  /** Resolves with the events' data as they come; ends as the stream does. */
  events(query: string): Promise<AsyncIterableIterator<unknown>>;
  /** The code with which the initial node has closed it. */
  readonly closedWith: number | undefined;
  /** The node hangs up. */
  hangUp(): void;
}

/** A node's connection to the network service, without a socket. */
export async function connectNode(
  { network }: Registry,
  options: { readonly address?: string | undefined; readonly hello?: Record<string, unknown> } = {},
): Promise<NodeConnection> {
  let closedWith: number | undefined;
  const accepted = await network.accept(options.hello ?? {}, {
    clientAddress: 'address' in options ? options.address : '127.0.0.1',
    close: (code) => {
      closedWith = code;
    },
  });
  if (!accepted) throw new Error('Expected to be let in');
  const { shape, session }: { shape: ExecutableShape; session?: object | undefined } = accepted.route({
    query: '',
  });
  return {
    data: (query, variables) => dataOf(shape, { query, variables, session }),
    code: (query, variables) => codeOf(shape, { query, variables, session }),
    events: async (query) => {
      const events = await shape.subscribe({ query, session });
      if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events.errors));
      return events;
    },
    get closedWith() {
      return closedWith;
    },
    hangUp: () => accepted.onClose?.(),
  };
}

export const registerQuery = `mutation ($input: RegisterNodeInput!) {
  registerNode(input: $input) { node { id name kind approved revoked } secret }
}`;

const key = utils.generateKeyPairSync('ed25519').public;

/** What a well-behaved node says of itself. */
export function nodeInput(input: Record<string, unknown> = {}): { input: Record<string, unknown> } {
  return { input: { name: 'rome', kind: 'TRUSTED', port: 4001, publicKey: key, ...input } };
}

export interface Registered {
  readonly node: { readonly id: string; readonly approved: boolean };
  readonly secret: string;
}

export async function register(
  connection: NodeConnection,
  input: Record<string, unknown> = {},
): Promise<Registered> {
  const { registerNode } = await connection.data(registerQuery, nodeInput(input));
  return registerNode as Registered;
}
