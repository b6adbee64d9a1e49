import { parsePublicKey } from '../../identity/public-key.ts';
import { verifyText } from '../../identity/ssh-signature.ts';
import { registrationStatement, rotationStatement } from '../../identity/statements.ts';
import type { Resolvers } from '../../schema/generated/network.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { readInChunks } from '../serve/batch-by-key.ts';
import type { ShapeContext } from '../serve/shape-context.ts';
import type { ChallengeBudget } from './challenge-budget.ts';
import { type ChangeOrEnd, needChange } from './change-hub.ts';
import { claimAgent } from './claim-agent.ts';
import { createRestrictedPeople } from './restricted-people.ts';
import { toColumn, toEnum } from './enum-case.ts';
import type { NodeChanged } from './members.ts';
import { createMoveResolvers } from './move-resolvers.ts';
import { type NetworkCallers, createNetworkCallers } from './network-caller.ts';
import type { LiveSessions } from './network-session.ts';
import type { NodeChallenges } from './node-challenges.ts';
import { type NetworkChange, readNetworkChanges } from './network-changes.ts';
import { findPeers } from './peers.ts';
import type { RegistryServices } from './services.ts';

export interface NetworkServices extends Pick<
  RegistryServices,
  'db' | 'now' | 'key' | 'members' | 'directory' | 'moves' | 'people'
> {
  readonly challenges: NodeChallenges;
  readonly challengeBudget: ChallengeBudget;
  /** Id of the initial node. */
  readonly initial: () => string;
}

/** What nodes may ask. Whoever has not registered may only do that; a node that is PENDING, or thrown out, may only look at itself. */
export function createNetworkResolvers(services: NetworkServices, live: LiveSessions) {
  const { db, now, members, directory, people } = services;
  const callers = createNetworkCallers(db, now);
  const memberId = async (context: ShapeContext) => (await callers.member(context)).node_id;
  const moving = createMoveResolvers(services, memberId);

  return {
    ...moving,
    Query: {
      ...moving.Query,
      self: (_root, _args, context) => callers.node(context),
      agentHomes: async (_root, { ids }, context) => {
        await callers.member(context);
        assertFew(ids.length);
        return [...(await readInChunks(ids, (some) => directory.findHomes(some))).values()];
      },
      peers: async (_root, { ids, fingerprints }, context) => {
        await callers.member(context);
        assertFew((ids?.length ?? 0) + (fingerprints?.length ?? 0));
        return findPeers(db, { ids: ids ?? [], fingerprints: fingerprints ?? [], now: now() });
      },
    },
    Mutation: {
      ...moving.Mutation,
      nodeChallenge: async (_root, _args, context) => {
        const session = callers.session(context);
        await services.challengeBudget.take(session);
        return services.challenges.issue(session.key);
      },
      ...createKeyMutations(services, callers, live),
      reachedThrough: async (_root, { proxy }, context) =>
        members.route((await callers.member(context)).id, proxy ?? null),
      claimAgent: async (_root, { id, viewer }, context) =>
        claimAgent(services, { agent: id, node: await memberId(context), viewerToken: viewer ?? undefined }),
      releaseAgent: async (_root, { id }, context) => directory.release(id, await memberId(context)),
      goodbye: async (_root, _args, context) => {
        await members.leave(await memberId(context));
        return true;
      },
      leave: async (_root, _args, context) => {
        await members.retire((await callers.member(context)).id);
        return true;
      },
    },
    Subscription: {
      disabledPeople: createRestrictedPeople('disabled', people, memberId),
      mutedPeople: createRestrictedPeople('muted', people, memberId),
      ...moving.Subscription,
      selfChanges: {
        subscribe: async (_root: unknown, _args: unknown, context: ShapeContext) => {
          const node = await callers.node(context);
          return members.changes.read({
            filter: (change) => change.node.id === node.id,
            first: [{ kind: 'REGISTERED', node, at: new Date(now()).toISOString() }],
          });
        },
        // The node as it is when it is told: a change between its first look and its first event is not missed.
        resolve: (change: ChangeOrEnd<NodeChanged>, _args: unknown, context: ShapeContext) => {
          needChange(change);
          return callers.node(context);
        },
      },
      changes: {
        subscribe: async (_root: unknown, _args: unknown, context: ShapeContext) => {
          await callers.member(context);
          return readNetworkChanges(members, directory);
        },
        resolve: (change: ChangeOrEnd<NetworkChange>) => needChange(change),
      },
    },
    AgentHome: {
      agent: (home) => home.agent_id,
      node: (home) => home.node_id,
    },
    RegisteredNode: {
      id: (node) => (node.status === 'pending' ? null : node.node_id),
      name: (node) => node.node_name,
      kind: (node) => toEnum(node.node_type),
      approved: (node) => node.status === 'online' || node.status === 'offline',
      revoked: (node) => node.status === 'revoked',
      initial: () => services.initial(),
    },
  } satisfies Resolvers;
}

/** What a node signs. */
function createKeyMutations(
  { members, challenges }: NetworkServices,
  callers: NetworkCallers,
  live: LiveSessions,
) {
  return {
    registerNode: async (_root, { input }, context) => {
      const session = callers.session(context);
      const challenge = challenges.take(input.challenge, session.key);
      verifyText(input.signature, registrationStatement(challenge, input), session.key);
      const node = await members.register({
        claim: { ...input, type: toColumn(input.kind) },
        key: session.key,
        origin: session.connection.clientAddress,
        joinToken: input.joinToken ?? undefined,
      });
      live.bind(session, node.id);
      return node;
    },
    rotateKey: async (_root, { input }, context) => {
      const node = await callers.member(context);
      const from = callers.session(context).key;
      const to = parsePublicKey(input.publicKey);
      const statement = rotationStatement(challenges.take(input.challenge, from), {
        node: node.node_id,
        from,
        to,
      });
      verifyText(input.signatureByOld, statement, from);
      verifyText(input.signatureByNew, statement, to);
      return members.rekey(node.id, to);
    },
  } satisfies Resolvers['Mutation'];
}

function assertFew(count: number): void {
  if (count <= limits.maxPageSize) return;
  throw codedError('BAD_USER_INPUT', `Expected at most ${limits.maxPageSize} of them, got ${count}`);
}
