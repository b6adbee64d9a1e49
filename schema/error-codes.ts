/** Whose turn it is after an error: the caller's to mend, to wait and try again, or ours. */
type Blame = 'caller' | 'later' | 'us';

/**
 * Every code that `extensions.code` of an error can have, with what it means. Closed: an error without one of these is a bug.
 * docs/errors.md is this table for people; a test holds the two together.
 */
export const errorCodes = {
  GRAPHQL_PARSE_FAILED: ['caller', 'The operation is not GraphQL.'],
  GRAPHQL_VALIDATION_FAILED: ['caller', 'The operation does not fit the schema.'],
  OPERATION_RESOLUTION_FAILURE: ['caller', 'No operation of that name, or several and no name.'],
  OPERATION_TOO_LARGE: [
    'caller',
    'The operation, its variables or its answer are larger than this server takes.',
  ],
  SUBSCRIPTION_OVER_HTTP: ['caller', 'A subscription was sent by POST; subscriptions go over a WebSocket.'],
  PERSISTED_QUERY_NOT_SUPPORTED: [
    'caller',
    'This server keeps no texts of operations by hash; send the text. (A code that Apollo clients know.)',
  ],
  BAD_REQUEST: ['caller', 'The request is not one that this endpoint understands.'],
  BAD_USER_INPUT: ['caller', 'An argument or a variable has a value that is not allowed.'],
  BAD_CURSOR: ['caller', 'The cursor was not made by this field, or has been altered.'],
  BAD_PAGE_SIZE: ['caller', 'first is below 1 or above the maximum.'],
  UNAUTHENTICATED: ['caller', 'Only for people who are signed in.'],
  FORBIDDEN: ['caller', 'Not for this person.'],
  BAD_CREDENTIALS: ['caller', 'The name or the password is wrong.'],
  USER_DISABLED: ['caller', 'An admin has disabled this person.'],
  USER_MUTED: ['caller', 'An admin has muted this person: they and their agents write to nobody.'],
  NOT_FOUND: ['caller', 'There is nothing with that id.'],
  ALREADY_EXISTS: ['caller', 'The name is taken.'],
  CONFLICT: ['caller', 'Somebody else changed it first.'],
  NODE_UNKNOWN: ['caller', 'No node of this network has that id.'],
  AGENT_UNKNOWN: ['caller', 'Nobody has claimed that agent id.'],
  AGENT_TAKEN: ['caller', 'That agent lives on another node.'],
  JOIN_REFUSED: [
    'caller',
    'The join token with which a node came is not valid, or its key is known as of another kind of node.',
  ],
  BAD_SIGNATURE: [
    'caller',
    'A statement is not signed as it should be: by that key, for that namespace, word for word.',
  ],
  CHALLENGE_INVALID: [
    'caller',
    'The challenge that was signed is unknown, used up, or too old; ask for a new one.',
  ],
  NODE_RETIRED: ['caller', 'The node has left the network for good; join as a new one, with a new key.'],
  NODE_PENDING: ['later', 'The node waits for an admin to approve it.'],
  NODE_REVOKED: ['caller', 'The node has been thrown out of the network.'],
  WRONG_PEER_KEY: ['caller', 'Whoever answers at the address of a node does not have the key of that node.'],
  TUNNEL_REFUSED: ['caller', 'The proxy does not take this key, or does not let it have a tunnel.'],
  TUNNEL_CONTESTED: [
    'caller',
    'Two processes with one key push each other out of a tunnel; both are left out for a while.',
  ],
  NODE_UNREACHABLE: ['later', 'The link to the node is down.'],
  NODE_TIMEOUT: ['later', 'The node did not answer before the deadline of the request.'],
  NODE_SUSPENDED: ['later', 'The node failed several times in a row and is left alone for a while.'],
  NODE_BAD_ANSWER: [
    'us',
    'The node answered with something that is not a valid answer to what it was asked.',
  ],
  NODE_ANSWER_TOO_LARGE: ['us', 'The node answered with more than the gateway takes from one node.'],
  NODE_INCOMPATIBLE: ['us', 'The node publishes a schema that cannot be read.'],
  FOREIGN_ROWS: ['us', 'The node answered with rows that it does not own; they were left out.'],
  FIELD_NOT_ON_NODE: ['us', 'The node runs another version, which does not have this field or argument.'],
  VIEWER_REFUSED: [
    'us',
    'The node does not believe on whose behalf it was asked: meant for another node, or a wrong clock.',
  ],
  AGENT_MOVING: [
    'later',
    'The agent is on its way to another node, and takes and sends nothing for a moment.',
  ],
  MOVED: ['later', 'The node does not have this row any more.'],
  SUBGRAPH_FAILED: ['us', 'A subgraph could not be asked, or did not answer as it should.'],
  UNRESOLVABLE_TYPE: ['us', 'No subgraph could tell which object type this is.'],
  INITIAL_UNREACHABLE: ['later', 'The initial node cannot be reached, and this needs it.'],
  DEADLINE_EXCEEDED: ['later', 'The request took longer than it was given.'],
  RATE_LIMITED: ['later', 'Too many of these from one client.'],
  SUBSCRIBER_TOO_SLOW: ['later', 'The stream was ended because its reader fell too far behind.'],
  MAILBOX_FULL: ['later', 'The inbox, or the queue in front of it, holds as many messages as it may.'],
  EXPIRED: ['later', 'The home of the recipient could not be reached for as long as the message may wait.'],
  DELIVERY_UNKNOWN: [
    'later',
    'The message was handed to the home of the recipient, which has not said whether it arrived.',
  ],
  LOOP_SUSPECTED: ['caller', 'Agents have answered each other too many times in a row.'],
  STALE_EPOCH: [
    'caller',
    'The agent has moved since: what the node that had it sends is not valid any more.',
  ],
  AGENT_TOO_MANY: ['later', 'This node cannot run more agents at the moment.'],
  AGENT_BAD_CODE: ['caller', "The agent's program cannot be used; the message says where and why."],
  AGENT_CPU_DISPUTED: [
    'caller',
    'A process of agents has said that it used more or less CPU than the kernel has counted; it is charged by that.',
  ],
  HOSTING_REFUSED: ['caller', 'This node does not run agents of that person.'],
  QUOTA_EXCEEDED: ['caller', 'A developer has as much of it on that node as one may have.'],
  SHUTTING_DOWN: ['later', 'The server is stopping.'],
  INTERNAL_SERVER_ERROR: ['us', 'A fault of ours; the log of the server has the details.'],
} as const satisfies Record<string, readonly [Blame, string]>;

export type ErrorCode = keyof typeof errorCodes;

/** Whether this is a code of the table. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
