import { describe, expect, test } from 'vitest';
import { checkShapes } from '../gateway/compose/check-shapes.ts';
import { readSdl } from '../schema/read-sdl.ts';

type Name = 'registry' | 'world' | 'traffic';

const all: readonly Name[] = ['registry', 'world', 'traffic'];

/** Our own shapes, one of them with a passage replaced. */
function broken(shape: Name, passage: string, replacement: string) {
  return all.map((name) => {
    const sdl = readSdl(name);
    if (name !== shape) return { name, sdl };
    if (!sdl.includes(passage)) throw new Error(`Expected ${passage} in ${name}.graphql`);
    return { name, sdl: sdl.replace(passage, replacement) };
  });
}

const addToWorld = (sdl: string) => broken('world', '\ntype Totals', `\n${sdl}\ntype Totals`);

test('our own shapes keep every rule', () => {
  expect(checkShapes(all.map((name) => ({ name, sdl: readSdl(name) })))).toEqual([]);
});

describe('checkShapes refuses', () => {
  test.each([
    ['SDL that does not parse', broken('world', 'type Totals {', 'type Totals'), /^world: Syntax Error/],
    [
      'SDL of an unknown type',
      broken('world', 'totals(nodes: [ID!]): Totals', 'totals(nodes: [ID!]): Sums'),
      /^world: .*Sums/,
    ],

    // Where a root field runs.
    [
      'a root field that says nothing of nodes',
      broken('world', '  totals', '  other: Int\n  totals'),
      /^world: Query.other has neither/,
    ],
    [
      'a root field with two ways',
      broken('world', 'type Query {', 'type Query { x(id: ID!): Int @route(by: "id") @scatter(merge: "SUM")'),
      /^world: Query.x has both @route and @scatter/,
    ],
    [
      'a @route by an argument that is not there',
      broken('world', 'Entity @route(by: "id", via: "PREFIX")', 'Entity @route(by: "entity", via: "PREFIX")'),
      /Query.entity has @route\(by: "entity"\), but there is no argument or input field entity/,
    ],
    [
      'a @route by an input field that is not there',
      broken('traffic', 'by: "input.from"', 'by: "input.sender"'),
      /Mutation.sendMessage .* no argument or input field sender/,
    ],
    [
      'a @route by an argument that may be absent',
      broken(
        'traffic',
        'by: "input.from", via: "DIRECTORY", otherwise: "INITIAL"',
        'by: "input.from", via: "DIRECTORY"',
      ),
      /Mutation.sendMessage .* from may be absent/,
    ],
    [
      'a @route by a whole input object',
      broken('traffic', 'by: "input.from"', 'by: "input"'),
      /Mutation.sendMessage .* input is not one id/,
    ],
    [
      'a @route that falls back to nobody knows whom',
      broken('traffic', 'otherwise: "INITIAL"', 'otherwise: "ANYBODY"'),
      /Mutation.sendMessage|deadLetters.* has @route\(otherwise: "ANYBODY"\)/,
    ],
    [
      'a @route that falls back although its argument is always there',
      broken(
        'traffic',
        '@route(by: "agent", via: "DIRECTORY")',
        '@route(by: "agent", via: "DIRECTORY", otherwise: "INITIAL")',
      ),
      /Query.inbox .* agent is never absent/,
    ],
    [
      'a @route to nobody knows whom',
      broken('world', '@route(by: "id", via: "PREFIX")', '@route(by: "id", via: "MAGIC")'),
      /Query.entity has @route\(via: "MAGIC"\)/,
    ],
    [
      'a @route below the root',
      broken('world', 'stats: NodeStats', 'stats(id: ID!): NodeStats @route(by: "id")'),
      /Node.stats has @route, which only root fields may have/,
    ],

    // Who owns a row.
    [
      'a type that it can complete without @shard',
      broken(
        'world',
        'type Entity @key(fields: "id") @shard(by: "id", via: "PREFIX")',
        'type Entity @key(fields: "id")',
      ),
      /^world: Entity can be completed here but has no @shard/,
    ],
    [
      'a stub with @shard',
      broken('traffic', 'resolvable: false) {\n  id', 'resolvable: false) @shard(via: "DIRECTORY") {\n  id'),
      /^traffic: Agent has @shard but no key/,
    ],
    [
      'a @shard by what is no field',
      broken('world', '@shard(by: "id", via: "PREFIX")', '@shard(by: "place", via: "PREFIX")'),
      /Entity has @shard\(by: "place"\), which is not a field/,
    ],
    [
      'a @shard by a field outside the key',
      broken('world', '@shard(by: "id", via: "PREFIX")', '@shard(by: "name", via: "PREFIX")'),
      /Entity has @shard\(by: "name"\), which is not in every key/,
    ],
    [
      'an unknown way to the owner',
      broken('world', '@shard(by: "id", via: "PREFIX")', '@shard(by: "id", via: "MAGIC")'),
      /Entity has @shard\(via: "MAGIC"\)/,
    ],
    [
      'two shapes that look for the owner of a row in different ways',
      broken('traffic', '"id", resolvable: false) {\n  id', '"id") @shard(via: "NODE") {\n  id'),
      /^world: Agent has another owner in traffic: via NODE/,
    ],

    // References.
    [
      'a reference to a row that may be on another node',
      broken('world', 'linkLatencyMs: Float', 'linkLatencyMs: Float\n  busiest: Agent'),
      /^world: NodeStats.busiest returns Agent, which this shape shards/,
    ],
    [
      'a page of rows that may be on other nodes',
      broken('world', '  codeHash: String', '  codeHash: String\n  friends: AgentConnection'),
      /^world: Agent.friends returns Agent/,
    ],
    [
      'a reference through a union',
      addToWorld('union Thing = Entity | Totals\ntype Find { thing: Thing }'),
      /^world: Find.thing returns Entity/,
    ],
    [
      'messages whose sender this shape could complete',
      broken(
        'traffic',
        'type Agent @key(fields: "id", resolvable: false)',
        'type Agent @key(fields: "id") @shard(via: "DIRECTORY")',
      ),
      /^traffic: Message.from returns Agent/,
    ],

    // Merging.
    [
      'an unknown merge',
      broken('world', 'Totals @scatter(merge: "SUM")', 'Totals @scatter(merge: "MAX")'),
      /Query.totals has @scatter\(merge: "MAX"\), but expected LIST, CONNECTION or SUM/,
    ],
    [
      'a LIST that is none',
      broken('world', '[BrokenFile] @scatter', 'BrokenFile @scatter'),
      /Query.brokenFiles has @scatter\(merge: "LIST"\), but does not return a list/,
    ],
    [
      'a SUM of words',
      broken('world', '  runningAgents: Int!', '  runningAgents: Int!\n  motto: String'),
      /Query.totals .* Totals.motto is no number/,
    ],
    [
      'a CONNECTION that is no page',
      broken(
        'world',
        'owner: String, first: Int = 50, after: String): EntityConnection\n    @',
        'owner: String): Entity\n    @',
      ),
      /Query.entities .* Entity is no page/,
    ],
    [
      'a CONNECTION without first',
      broken(
        'world',
        'owner: String, first: Int = 50, after: String): EntityConnection\n    @',
        'owner: String, after: String): EntityConnection\n    @',
      ),
      /Query.entities .* no argument first: Int/,
    ],
    [
      'a CONNECTION without after',
      broken(
        'world',
        'first: Int = 50, after: String): EntityConnection\n    @',
        'first: Int = 50): EntityConnection\n    @',
      ),
      /Query.entities .* no argument after/,
    ],
    [
      'a CONNECTION without cursors',
      broken('world', 'type EntityEdge {\n  cursor: String!', 'type EntityEdge {\n  cursor: String'),
      /Query.entities .* EntityConnection have no cursor: String!/,
    ],
    [
      'a CONNECTION without rows',
      broken(
        'world',
        'type EntityEdge {\n  cursor: String!\n  node: Entity',
        'type EntityEdge {\n  cursor: String!',
      ),
      /Query.entities .* have no node/,
    ],
    [
      'a CONNECTION that does not say where it ends',
      broken('world', 'hasNextPage: Boolean!', 'total: Int'),
      /Query.entities .* pageInfo has no hasNextPage/,
    ],
    [
      'nodes of another type',
      broken('world', 'totals(nodes: [ID!])', 'totals(nodes: ID)'),
      /Query.totals has an argument nodes of type ID; expected \[ID!\]/,
    ],
    [
      'a mutation on all nodes',
      broken(
        'world',
        'deleteEntity(id: ID!): ID @route(by: "id", via: "PREFIX")',
        'deleteEntity(id: ID!): [ID] @scatter(merge: "LIST")',
      ),
      /Mutation.deleteEntity has @scatter; a mutation runs on one node/,
    ],

    // Streams.
    [
      'a @feed without cursors',
      broken('traffic', 'type MessageEvent {\n  cursor: String!', 'type MessageEvent {\n  cursor: String'),
      /Subscription.messages has @feed\(cursor: "cursor"\)/,
    ],
    [
      'a @feed that cannot go on',
      broken('traffic', 'messages(agent: ID!, after: String)', 'messages(agent: ID!)'),
      /Subscription.messages has @feed\(after: "after"\)/,
    ],
    [
      'a @feed from all nodes',
      broken(
        'world',
        'nodeStats(nodes: [ID!], intervalMs: Int = 1000): NodeStats @scatter(merge: "LIST") @latest(key: "node.id")',
        'log(after: String): LogEvent @scatter(merge: "LIST") @feed',
      ),
      /Subscription.log has @feed and @scatter/,
    ],
    [
      'a @latest by a key that leads nowhere',
      broken('world', '@latest(key: "node.id")', '@latest(key: "node.place")'),
      /Subscription.nodeStats has @latest\(key: "node.place"\)/,
    ],
    [
      'a @latest by a whole object',
      broken('world', '@latest(key: "node.id")', '@latest(key: "node")'),
      /Subscription.nodeStats has @latest\(key: "node"\)/,
    ],
    [
      'a query that is a gauge',
      broken(
        'world',
        'totals(nodes: [ID!]): Totals @scatter(merge: "SUM")',
        'totals: Totals @scatter(merge: "SUM") @latest(key: "nodes")',
      ),
      /Query.totals has @feed or @latest, but is no subscription/,
    ],

    // Nullability.
    [
      'a shared entity with a non-null field',
      broken('registry', '  epoch: Int\n', '  epoch: Int!\n'),
      /^registry: Agent.epoch is non-null, but Agent has fields in other shapes too/,
    ],
    [
      'a non-null root field that a node answers',
      broken(
        'world',
        'setAgentStatus(id: ID!, status: AgentStatus!, reason: String): Agent\n',
        'setAgentStatus(id: ID!, status: AgentStatus!, reason: String): Agent!\n',
      ),
      /Mutation.setAgentStatus is non-null/,
    ],
    [
      'a page without room for lost rows',
      broken('world', 'edges: [AgentEdge]!', 'edges: [AgentEdge!]!'),
      /AgentConnection.edges is \[AgentEdge!\]!; expected \[X\]!/,
    ],
    [
      'a page that may be no list',
      broken('world', 'nodes: [Agent]!', 'nodes: [Agent]'),
      /AgentConnection.nodes is \[Agent\]; expected \[X\]!/,
    ],
    [
      'a non-null reference to an entity',
      broken('traffic', '  from: Agent\n', '  from: Agent!\n'),
      /Message.from is Agent!, but rows that cannot be had are null/,
    ],

    // Access.
    [
      'an unknown role',
      broken('world', 'memory: JSON @access', 'memory: JSON @access(role: "king")'),
      /Agent.memory has @access of an unknown role, king/,
    ],
    [
      '@access on an interface',
      addToWorld('interface Named { name: String @access }'),
      /Named.name has @access; put it on the fields of the object types/,
    ],
  ])('%s', (_, shapes, problem) => {
    expect(checkShapes(shapes)).toContainEqual(expect.stringMatching(problem));
  });
});
