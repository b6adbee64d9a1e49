import type { MutationRegisterNodeArgs, Resolvers } from '../../schema/generated/network.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { readInChunks } from '../serve/batch-by-key.ts';
import type { ShapeContext } from '../serve/shape-context.ts';
import { type ChangeOrEnd, needChange } from './change-hub.ts';
import type { NodeRow } from './database.ts';
import { toColumn, toEnum } from './enum-case.ts';
import type { NodeChanged } from './members.ts';
import { type LiveSessions, NetworkSession } from './network-session.ts';
import { findNode } from './nodes.ts';
import { type NodeCredentials, revoked } from './register-node.ts';
import type { RegistryServices } from './services.ts';

/**
 * What nodes may ask. A connection that has not registered may only register; a node that is PENDING may only look at itself; a revoked one the
 * same, until its connection is closed.
 */
export function createNetworkResolvers(
  { db, now, members, directory }: Pick<RegistryServices, 'db' | 'now' | 'members' | 'directory'>,
  live: LiveSessions,
) {
  const needNode = async (context: ShapeContext): Promise<NodeRow> => {
    const { node: id } = needSession(context);
    const node = id === undefined ? undefined : await findNode(db, id);
    if (!node) throw codedError('UNAUTHENTICATED', 'Register first: this connection is of no node yet');
    return node;
  };
  const needMember = async (context: ShapeContext): Promise<string> => {
    const node = await needNode(context);
    if (node.status === 'revoked') throw revoked(node);
    if (node.status === 'pending')
      throw codedError('NODE_PENDING', `The node ${node.node_id} waits for an admin to approve it`);
    return node.node_id;
  };

  return {
    Query: {
      self: (_root, _args, context) => needNode(context),
      agentHomes: async (_root, { ids }, context) => {
        await needMember(context);
        if (ids.length > limits.maxPageSize) {
          throw codedError('BAD_USER_INPUT', `Expected at most ${limits.maxPageSize} ids, got ${ids.length}`);
        }
        return [...(await readInChunks(ids, (some) => directory.findHomes(some))).values()];
      },
    },
    Mutation: {
      registerNode: async (_root, { input }, context) => {
        const session = needSession(context);
        const credentials = readCredentials(input);
        if (session.node !== undefined && session.node !== credentials?.id) {
          throw codedError('BAD_REQUEST', `This connection is that of ${session.node} already`);
        }
        const node = await members.register({
          claim: { ...input, type: toColumn(input.kind) },
          origin: session.connection.clientAddress,
          credentials,
          joinToken: input.joinToken ?? undefined,
        });
        live.bind(session, node.node_id);
        return { node, secret: node.secret };
      },
      claimAgent: async (_root, { id }, context) => directory.claim(id, await needMember(context)),
      releaseAgent: async (_root, { id }, context) => directory.release(id, await needMember(context)),
      leave: async (_root, _args, context) => {
        await members.leave(await needMember(context));
        return true;
      },
    },
    Subscription: {
      selfChanges: {
        subscribe: async (_root: unknown, _args: unknown, context: ShapeContext) => {
          const node = await needNode(context);
          return members.changes.read({
            filter: (change) => change.node.node_id === node.node_id,
            first: [{ kind: 'REGISTERED', node, at: new Date(now()).toISOString() }],
          });
        },
        // The node as it is when it is told: a change between its first look and its first event is not missed.
        resolve: (change: ChangeOrEnd<NodeChanged>, _args: unknown, context: ShapeContext) => {
          needChange(change);
          return needNode(context);
        },
      },
    },
    AgentHome: {
      agent: (home) => home.agent_id,
      node: (home) => home.node_id,
    },
    RegisteredNode: {
      id: (node) => node.node_id,
      name: (node) => node.node_name,
      kind: (node) => toEnum(node.node_type),
      approved: (node) => node.status === 'online' || node.status === 'offline',
      revoked: (node) => node.status === 'revoked',
    },
  } satisfies Resolvers;
}

function needSession({ session }: ShapeContext): NetworkSession {
  if (session instanceof NetworkSession) return session;
  throw codedError('FORBIDDEN', 'Only for nodes, over a connection to the network path');
}

function readCredentials({ id, secret }: MutationRegisterNodeArgs['input']): NodeCredentials | undefined {
  if (id == null && secret == null) return undefined;
  if (id != null && secret != null) return { id, secret };
  throw codedError('JOIN_REFUSED', 'Expected id and secret together, or neither');
}
