import type { Viewer } from '../../wire/viewer.ts';

/** Who asks. `scout` and `lamp` are ada's, who is a developer as bob is. */
export const people = {
  stranger: undefined,
  player: { username: 'pat', role: 'PLAYER' },
  developer: { username: 'bob', role: 'DEVELOPER' },
  owner: { username: 'ada', role: 'DEVELOPER' },
  admin: { username: 'root', role: 'ADMIN' },
} as const satisfies Record<string, Viewer | undefined>;
export type Asker = keyof typeof people;

/** What comes back: `ok`, or the code of the first error. */
type Answer =
  'ok' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'NODE_UNKNOWN' | 'BAD_USER_INPUT' | 'BAD_CURSOR';

export interface AccessRow {
  /** A guarded field, `Type.field`. */
  readonly field: string;
  /** The shape that has it. */
  readonly shape: 'registry' | 'world' | 'traffic';
  /** Through the gateway. Harbour is the node on which ada's things are. */
  readonly query: string;
  /** Straight to the shape, where the root of `query` is another's. */
  readonly straight?: string;
  readonly answers: Readonly<Record<Asker, Answer>>;
}

const row = (
  shape: AccessRow['shape'],
  field: string,
  query: string,
  answers: AccessRow['answers'],
  straight?: string,
): AccessRow => ({ field, shape, query, answers, ...(straight === undefined ? {} : { straight }) });

const refused = {
  stranger: 'UNAUTHENTICATED',
  player: 'FORBIDDEN',
  developer: 'FORBIDDEN',
  owner: 'FORBIDDEN',
} as const;
const forAdmins = { ...refused, admin: 'ok' } as const;
const forOwner = { ...refused, owner: 'ok', admin: 'ok' } as const;
/** Those for whom it is are let in, and then told what is wrong. */
const forOwnerBut = (answer: Answer) => ({ ...refused, owner: answer, admin: answer }) as const;
const forOwnerWithoutCursor = forOwnerBut('BAD_CURSOR');
const forDevelopers = { ...forOwner, developer: 'ok' } as const;
const forAll = {
  stranger: 'UNAUTHENTICATED',
  player: 'ok',
  developer: 'ok',
  owner: 'ok',
  admin: 'ok',
} as const;
/** Let in, and then told that there is no such thing. */
const everybody = (answer: Answer) =>
  ({ stranger: 'UNAUTHENTICATED', player: answer, developer: answer, owner: answer, admin: answer }) as const;

const agent = (fields: string) =>
  `{ _entities(representations: [{ __typename: "Agent", id: "ada/scout" }]) { ... on Agent { ${fields} } } }`;
const harbour = (fields: string) =>
  `{ _entities(representations: [{ __typename: "Node", id: "harbour" }]) { ... on Node { ${fields} } } }`;
const usage = (args: string) => `resourceUsage${args} { totalCount }`;

/** Every field that is not for everybody, and what each kind of person gets of it. */
export const accessTable: readonly AccessRow[] = [
  row(
    'registry',
    'Mutation.recoverAgent',
    'mutation { recoverAgent(id: "ada/scout", to: "nowhere") { lost } }',
    {
      ...refused,
      admin: 'NODE_UNKNOWN',
    },
  ),
  row('traffic', 'Mutation.moveAgent', 'mutation { moveAgent(id: "ada/scout", to: "nowhere") { id } }', {
    ...refused,
    owner: 'NODE_UNKNOWN',
    admin: 'NODE_UNKNOWN',
  }),
  row('traffic', 'Mutation.drainNode', 'mutation { drainNode(id: "harbour", to: "nowhere") }', {
    ...refused,
    admin: 'ok',
  }),
  row('registry', 'Query.users', '{ users { totalCount } }', forAdmins),
  row('registry', 'Query.sessions', '{ sessions { id } }', forAll),
  row('registry', 'User.disabled', '{ user(username: "ada") { disabled } }', forOwner),
  row('registry', 'User.muted', '{ user(username: "ada") { muted } }', forOwner),
  row('registry', 'User.mutedReason', '{ user(username: "ada") { mutedReason } }', forOwner),
  row('registry', 'User.disabledReason', '{ user(username: "ada") { disabledReason } }', forOwner),
  row(
    'registry',
    'Mutation.changePassword',
    'mutation { changePassword(current: "x", new: "short") }',
    everybody('BAD_USER_INPUT'),
  ),
  row(
    'registry',
    'Mutation.endSession',
    'mutation { endSession(id: "none") { id } }',
    everybody('NOT_FOUND'),
  ),
  row(
    'registry',
    'Mutation.setRole',
    'mutation { setRole(username: "pat", role: PLAYER) { role } }',
    forAdmins,
  ),
  row('registry', 'Mutation.disableUser', 'mutation { disableUser(username: "nobody") { username } }', {
    ...refused,
    admin: 'NOT_FOUND',
  }),
  row('registry', 'Mutation.muteUser', 'mutation { muteUser(username: "nobody") { username } }', {
    ...forAdmins,
    admin: 'NOT_FOUND',
  }),
  row('registry', 'Mutation.unmuteUser', 'mutation { unmuteUser(username: "pat") { username } }', forAdmins),
  row('registry', 'Mutation.enableUser', 'mutation { enableUser(username: "pat") { username } }', forAdmins),
  row('registry', 'Mutation.approveNode', 'mutation { approveNode(fingerprint: "SHA256:none") { id } }', {
    ...refused,
    admin: 'NODE_UNKNOWN',
  }),
  row('registry', 'Mutation.revokeNode', 'mutation { revokeNode(id: "none") { id } }', {
    ...refused,
    admin: 'NODE_UNKNOWN',
  }),
  row(
    'registry',
    'Mutation.createJoinToken',
    'mutation { createJoinToken(kind: LOCAL) { token } }',
    forAdmins,
  ),
  row(
    'registry',
    'Mutation.publishToLibrary',
    'mutation { publishToLibrary(entity: "harbour/ada/item/lamp", name: "lamp") { name } }',
    forOwner,
  ),

  row('world', 'Agent.memory', '{ agent(id: "ada/scout") { memory } }', forOwner, agent('memory')),
  row('world', 'Agent.unread', '{ agent(id: "ada/scout") { unread } }', forOwner, agent('unread')),
  row(
    'world',
    'Node.resourceUsage',
    `{ node(id: "harbour") { ${usage('(username: "ada")')} } }`,
    forOwner,
    harbour(usage('(username: "ada")')),
  ),
  row(
    'world',
    'Node.agentUsage',
    '{ node(id: "harbour") { agentUsage(agent: "ada/scout") { nodes { cpuMs } } } }',
    forOwner,
    harbour('agentUsage(agent: "ada/scout") { nodes { cpuMs } }'),
  ),
  row(
    'world',
    'Node.resourceUsage',
    `{ node(id: "harbour") { ${usage('')} } }`,
    forDevelopers,
    harbour(usage('')),
  ),
  row(
    'world',
    'Mutation.createEntity',
    'mutation { createEntity(node: "harbour", input: { type: ITEM, name: "box", data: { name: "Box" } }) { id } }',
    forDevelopers,
  ),
  row(
    'world',
    'Mutation.updateEntity',
    'mutation { updateEntity(id: "harbour/ada/item/lamp", data: { name: "Lamp" }) { id } }',
    forOwner,
  ),
  row('world', 'Mutation.deleteEntity', 'mutation { deleteEntity(id: "harbour/ada/item/rope") }', {
    ...forOwner,
    admin: 'NOT_FOUND',
  }),
  row(
    'world',
    'Mutation.deployAgent',
    'mutation { deployAgent(node: "harbour", input: { name: "other", code: "0" }) { id } }',
    forDevelopers,
  ),
  row(
    'world',
    'Mutation.setAgentStatus',
    'mutation { setAgentStatus(id: "ada/scout", status: STOPPED) { id } }',
    forOwner,
  ),
  row('world', 'Agent.secrets', '{ agent(id: "ada/scout") { secrets } }', forOwner, agent('secrets')),
  row('world', 'Query.exportAgent', '{ exportAgent(id: "ada/scout") }', forOwner),
  row('world', 'Query.moderations', '{ moderations { totalCount } }', forAdmins),
  row(
    'world',
    'Mutation.hideEntity',
    'mutation { hideEntity(id: "harbour/ada/item/lamp", hidden: false) { hidden } }',
    forAdmins,
  ),
  row(
    'world',
    'Mutation.updateAgent',
    'mutation { updateAgent(id: "ada/scout", code: "export {}") { id } }',
    forOwner,
  ),
  row(
    'world',
    'Mutation.rollbackAgent',
    'mutation { rollbackAgent(id: "ada/scout", version: 99) { id } }',
    forOwnerBut('NOT_FOUND'),
  ),
  row('world', 'Mutation.importAgent', 'mutation { importAgent(node: "harbour", file: {}) { id } }', {
    ...forOwnerBut('BAD_USER_INPUT'),
    developer: 'BAD_USER_INPUT',
  }),
  row(
    'world',
    'Mutation.runInAgent',
    'mutation { runInAgent(id: "ada/scout", code: "") { result } }',
    forOwnerBut('BAD_USER_INPUT'),
  ),
  row(
    'world',
    'Mutation.setSecret',
    'mutation { setSecret(agent: "ada/scout", name: "key", value: "v") { id } }',
    forOwner,
  ),
  row(
    'world',
    'Mutation.deleteSecret',
    'mutation { deleteSecret(agent: "ada/scout", name: "none") { id } }',
    forOwnerBut('NOT_FOUND'),
  ),
  row(
    'world',
    'Mutation.enter',
    'mutation { enter(agent: "ada/scout", location: "none") { id } }',
    forOwnerBut('NOT_FOUND'),
  ),
  row(
    'world',
    'Mutation.say',
    'mutation { say(agent: "ada/scout", text: "") { id } }',
    forOwnerBut('BAD_USER_INPUT'),
  ),
  row('world', 'Subscription.agentLog', 'subscription { agentLog(agent: "ada/scout") { text } }', forOwner),

  row('traffic', 'Query.inbox', '{ inbox(agent: "ada/scout") { totalCount } }', forOwner),
  row(
    'traffic',
    'Mutation.sendMessage',
    'mutation { sendMessage(input: { to: "ada/scout", body: 1 }) { id } }',
    forAll,
  ),
  // Not even an admin speaks as somebody else's agent.
  row(
    'traffic',
    'Mutation.sendMessage',
    'mutation { sendMessage(input: { to: "ada/guard", from: "ada/scout", body: 1 }) { id } }',
    { ...forOwner, admin: 'FORBIDDEN' },
  ),
  row(
    'traffic',
    'Subscription.messages',
    'subscription { messages(agent: "ada/scout") { cursor } }',
    forOwner,
  ),
  row('traffic', 'Query.deadLetters', '{ deadLetters(from: "ada/scout") { totalCount } }', forOwner),
  row('traffic', 'Query.deadLetters', '{ deadLetters { totalCount } }', forAll),
  row('traffic', 'Query.throttledPairs', '{ throttledPairs(agent: "ada/scout") { at } }', forOwner),
  row(
    'traffic',
    'Mutation.ackMessages',
    'mutation { ackMessages(agent: "ada/scout", upTo: "none") { unread } }',
    forOwnerWithoutCursor,
  ),
  row(
    'traffic',
    'Subscription.deadLetters',
    'subscription { deadLetters(from: "ada/scout", after: "none") { cursor } }',
    forOwnerWithoutCursor,
  ),
];
