import type { NodeKey } from '../../identity/node-key.ts';
import { signText } from '../../identity/ssh-signature.ts';
import { registrationStatement } from '../../identity/statements.ts';
import type { Registry } from '../../subgraphs/registry/registry.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { newKey } from './node-keys.ts';
import { codeOf, dataOf } from './registry-on-disk.ts';

export interface NodeConnection {
  readonly key: NodeKey;
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
  options: { readonly address?: string | undefined; readonly key?: NodeKey } = {},
): Promise<NodeConnection> {
  const key = options.key ?? newKey();
  let closedWith: number | undefined;
  const accepted = await network.accept(
    {},
    {
      clientAddress: 'address' in options ? options.address : '127.0.0.1',
      peerKey: key.publicKey,
      close: (code) => {
        closedWith = code;
      },
    },
  );
  if (!accepted) throw new Error('Expected to be let in');
  const { shape, session }: { shape: ExecutableShape; session?: object | undefined } = accepted.route({
    query: '',
  });
  return {
    key,
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
  registerNode(input: $input) { id name kind approved revoked fingerprint }
}`;

export interface Registered {
  readonly id: string | null;
  readonly name: string;
  readonly approved: boolean;
  readonly fingerprint: string;
}

export async function challengeFor(connection: Pick<NodeConnection, 'data'>) {
  const { nodeChallenge } = await connection.data('mutation { nodeChallenge { id nonce origin } }');
  return nodeChallenge as { readonly id: string; readonly nonce: string; readonly origin: string };
}

/** What a well-behaved node says of itself, signed. */
export async function signedInput(
  connection: NodeConnection,
  changes: Record<string, unknown> = {},
): Promise<{ input: Record<string, unknown> }> {
  const claim = { name: 'rome', kind: 'TRUSTED', port: 4001, ...changes };
  const challenge = await challengeFor(connection);
  const signature = signText(connection.key, registrationStatement(challenge, claim));
  return { input: { ...claim, challenge: challenge.id, signature } };
}

export async function register(
  connection: NodeConnection,
  changes: Record<string, unknown> = {},
): Promise<Registered> {
  const { registerNode } = await connection.data(registerQuery, await signedInput(connection, changes));
  return registerNode as Registered;
}

/** As `register`, for one that is refused: the code. */
export async function refusal(
  connection: NodeConnection,
  changes: Record<string, unknown> = {},
): Promise<unknown> {
  return connection.code(registerQuery, await signedInput(connection, changes));
}

/** Of an approved node. */
export async function registerMember(
  registry: Registry,
  changes: Record<string, unknown> = {},
): Promise<NodeConnection & { readonly id: string }> {
  const connection = await connectNode(registry);
  const { id, fingerprint } = await register(connection, changes);
  return Object.assign(connection, { id: id ?? (await registry.members.approve(fingerprint)).node_id });
}
