import { readSdl } from '../../schema/read-sdl.ts';
import { createExecutableShape } from '../../subgraphs/serve/create-executable-shape.ts';
import type { ShapeContext } from '../../subgraphs/serve/shape-context.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { nodeOfEntity } from '../../wire/ids.ts';

export interface WorldRow {
  readonly id: string;
  readonly type: string;
  readonly owner: string;
  readonly name: string;
  data: unknown;
}

export interface WorldAgent {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  status: string;
}

/** What one node of the test has; several nodes' rows together for an oracle. */
export class WorldRows {
  readonly nodes: readonly string[];
  readonly entities: WorldRow[] = [];
  readonly agents: WorldAgent[] = [];
  /** Operations that changed something, as `field id`. */
  readonly changes: string[] = [];

  constructor(...nodes: string[]) {
    this.nodes = nodes;
  }

  addEntity(node: string, owner: string, type: string, name: string): void {
    const id = `${node}/${owner}/${type.toLowerCase()}/${name}`;
    this.entities.push({ id, type, owner, name, data: { from: node } });
  }

  addAgent(owner: string, name: string): void {
    this.agents.push({ id: `${owner}/${name}`, owner, name, status: 'RUNNING' });
  }
}

interface PageArguments {
  readonly type?: string | null;
  readonly owner?: string | null;
  readonly status?: string | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

/** The subgraph `world` over arrays: `session` of a request are the rows that it answers from. */
export function createTestWorld(sdl = readSdl('world')): ExecutableShape {
  const rowsOf = ({ session }: ShapeContext): WorldRows => {
    if (session instanceof WorldRows) return session;
    throw new Error('Expected rows to answer from');
  };
  const homeOf = (context: ShapeContext) => ({ id: rowsOf(context).nodes[0] });
  const entityPage = (rows: WorldRows, args: PageArguments) => {
    const found = rows.entities.filter(
      (row) => (!args.type || row.type === args.type) && (!args.owner || row.owner === args.owner),
    );
    return page(found, (row) => `${row.owner},${row.type},${row.name},${nodeOfEntity(row.id)},`, args);
  };
  const agentPage = (rows: WorldRows, args: PageArguments) => {
    const found = rows.agents.filter(
      (row) => (!args.status || row.status === args.status) && (!args.owner || row.owner === args.owner),
    );
    return page(found, (row) => `${row.owner},${row.name},`, args);
  };
  const entityOf = (context: ShapeContext, id: string) =>
    rowsOf(context).entities.find((row) => row.id === id) ?? null;
  const agentOf = (context: ShapeContext, id: string) => {
    const agent = rowsOf(context).agents.find((row) => row.id === id);
    if (agent) return agent;
    throw codedError('MOVED', `${id} is not here`);
  };
  const stats = (context: ShapeContext) => ({
    node: homeOf(context),
    at: '2026-01-01T00:00:00Z',
    cpuPercent: 1.5,
    memoryMb: 10,
    agents: rowsOf(context).agents.length,
    messagesPerSecond: 0,
    uptimeSeconds: 1,
  });

  return createExecutableShape({
    name: 'world',
    sdl: `${sdl}\n${readSdl('fleet')}\n${readSdl('access')}`,
    onFault: (error) => {
      throw error;
    },
    resolvers: {
      Query: {
        entity: (_: unknown, { id }: { id: string }, context: ShapeContext) => entityOf(context, id),
        entities: (_: unknown, args: PageArguments, context: ShapeContext) =>
          entityPage(rowsOf(context), args),
        agents: (_: unknown, args: PageArguments, context: ShapeContext) => agentPage(rowsOf(context), args),
        totals: (_: unknown, __: unknown, context: ShapeContext) => totalsOf(rowsOf(context)),
        brokenFiles: (_: unknown, __: unknown, context: ShapeContext) =>
          rowsOf(context).nodes.map((node) => ({
            path: `${node}.json`,
            line: 1,
            column: 1,
            reason: 'broken',
            since: '2026-01-01T00:00:00Z',
            node: { id: node },
          })),
      },
      Mutation: {
        createEntity: (_: unknown, args: CreateArguments, context: ShapeContext) => {
          const rows = rowsOf(context);
          rows.changes.push(`createEntity ${args.input.name}`);
          rows.addEntity(args.node, 'dev', args.input.type, args.input.name);
          return rows.entities.at(-1);
        },
        setAgentStatus: (_: unknown, args: { id: string; status: string }, context: ShapeContext) => {
          const agent = agentOf(context, args.id);
          rowsOf(context).changes.push(`setAgentStatus ${args.id}`);
          agent.status = args.status;
          return agent;
        },
        deleteEntity: (_: unknown, { id }: { id: string }, context: ShapeContext) => {
          rowsOf(context).changes.push(`deleteEntity ${id}`);
          return id;
        },
      },
      Node: {
        __resolveReference: (reference: unknown) => reference,
        stats: (_: unknown, __: unknown, context: ShapeContext) => stats(context),
        entities: (_: unknown, args: PageArguments, context: ShapeContext) =>
          entityPage(rowsOf(context), args),
        agents: (_: unknown, args: PageArguments, context: ShapeContext) => agentPage(rowsOf(context), args),
      },
      Entity: {
        __resolveReference: ({ id }: { id: string }, context: ShapeContext) => entityOf(context, id),
        owner: ({ owner }: WorldRow) => ({ username: owner }),
        node: ({ id }: WorldRow) => ({ id: nodeOfEntity(id) }),
        updatedAt: () => '2026-01-01T00:00:00Z',
      },
      Agent: {
        __resolveReference: async ({ id }: { id: string }, context: ShapeContext) => agentOf(context, id),
        owner: ({ owner }: WorldAgent) => ({ username: owner }),
        memory: ({ id }: WorldAgent) => ({ of: id }),
      },
    },
  });
}

interface CreateArguments {
  readonly node: string;
  readonly input: { readonly type: string; readonly name: string };
}

function totalsOf(rows: WorldRows) {
  return {
    nodes: rows.nodes.length,
    entities: rows.entities.length,
    agents: rows.agents.length,
    runningAgents: rows.agents.filter(({ status }) => status === 'RUNNING').length,
    memoryMb: 1.5 * rows.nodes.length,
    messagesPerSecond: 0,
  };
}

/** As nodes page: in the bytewise order of cursors, which end in the row's key. */
function page<Row>(found: readonly Row[], cursorOf: (row: Row) => string, { first, after }: PageArguments) {
  if (after && !after.endsWith(',')) throw codedError('BAD_CURSOR', 'Expected a cursor of this field');
  const all = found
    .map((node) => ({ cursor: cursorOf(node), node }))
    .sort((left, right) => (left.cursor < right.cursor ? -1 : 1));
  const left = after ? all.filter(({ cursor }) => cursor > after) : all;
  const edges = left.slice(0, first ?? 50);
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: left.length > edges.length, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: all.length,
  };
}
