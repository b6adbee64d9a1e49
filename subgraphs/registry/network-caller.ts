import type { Kysely } from 'kysely';
import { codedError } from '../../wire/coded-error.ts';
import type { ShapeContext } from '../serve/shape-context.ts';
import type { NodeRow, RegistryTables } from './database.ts';
import { NetworkSession } from './network-session.ts';
import { findKeyHolder } from './node-keys.ts';
import { assertBelongs } from './register-node.ts';

type Caller = Pick<ShapeContext, 'session'>;

/** Who asks the initial node something, by the key of the connection; looked up at each call, so that what has been decided holds at once. */
export interface NetworkCallers {
  /** FORBIDDEN where somebody else carries the schema. */
  session(context: Caller): NetworkSession;
  /** A node that has registered, PENDING or thrown out it may be. UNAUTHENTICATED. */
  node(context: Caller): Promise<NodeRow>;
  /** A member. UNAUTHENTICATED, NODE_PENDING, NODE_REVOKED, NODE_RETIRED. */
  member(context: Caller): Promise<NodeRow>;
}

export function createNetworkCallers(db: Kysely<RegistryTables>, now: () => number): NetworkCallers {
  const session = (context: Caller): NetworkSession => {
    if (context.session instanceof NetworkSession) return context.session;
    throw codedError('FORBIDDEN', 'Only nodes may ask this, over their connection to the initial node');
  };
  const node = async (context: Caller): Promise<NodeRow> => {
    const holder = await findKeyHolder(db, session(context).key.fingerprint, now());
    if (!holder) throw codedError('UNAUTHENTICATED', 'Register first: no node has this key yet');
    if (!holder.isValid) assertBelongs(holder.node);
    if (!holder.isValid) throw codedError('UNAUTHENTICATED', 'Another key has taken the place of this one');
    return holder.node;
  };
  return {
    session,
    node,
    member: async (context) => {
      const caller = await node(context);
      assertBelongs(caller);
      if (caller.status !== 'pending') return caller;
      throw codedError('NODE_PENDING', `The node ${caller.node_name} waits for an admin to approve it`);
    },
  };
}
