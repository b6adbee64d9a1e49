import { composeShapes } from '../../gateway/compose/compose-shapes.ts';
import { createLocalSubgraph } from '../../gateway/execute/local-subgraph.ts';
import { createOperations } from '../../gateway/execute/operations.ts';
import type { RequestContext } from '../../gateway/execute/request-context.ts';
import type { Directory } from '../../gateway/fleet/directory.ts';
import { type FleetSubgraphOptions, createFleetSubgraph } from '../../gateway/fleet/fleet-subgraph.ts';
import type { Roster } from '../../gateway/fleet/roster.ts';
import { publishedSdl, readSdl } from '../../schema/read-sdl.ts';
import { createExecutableShape } from '../../subgraphs/serve/create-executable-shape.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import type { Link, LinkRequest, LinkState } from '../../wire/link.ts';
import { createLocalLink } from '../../wire/local-link.ts';
import { type Answer, createContext } from './compose-graph.ts';
import { WorldRows, createTestWorld } from './fleet-world.ts';

/** What a node of a test does instead of answering. */
export type Tamper = (request: LinkRequest, next: () => Promise<unknown>) => unknown;

/** A node whose link, rows and manners belong to the test. */
export class TestNode implements Link {
  readonly node: string;
  readonly rows: WorldRows;
  /** Operations that have come here. */
  readonly requests: LinkRequest[] = [];
  state: LinkState = 'UP';
  tamper: Tamper | undefined;
  /** Published instead of the SDL that it answers with. */
  publishedSdl: string | undefined;
  readonly #link: Link;

  constructor(node: string, rows: WorldRows, world: ExecutableShape) {
    this.node = node;
    this.rows = rows;
    const execute: ExecutableShape['execute'] = (request) => world.execute({ ...request, session: rows });
    this.#link = createLocalLink({ node, shapes: [{ ...world, execute }] });
  }

  sdl(shape: string): string | undefined {
    return this.publishedSdl ?? this.#link.sdl(shape);
  }

  async execute(request: LinkRequest) {
    this.requests.push(request);
    const next = async (): Promise<unknown> =>
      JSON.parse(JSON.stringify(await this.#link.execute(request))) as unknown;
    // Whatever a node sends: that it is an answer is for the gateway to find out.
    return (await (this.tamper ? this.tamper(request, next) : next())) as Awaited<
      ReturnType<Link['execute']>
    >;
  }

  subscribe(request: LinkRequest) {
    return this.#link.subscribe(request);
  }

  onStateChange(): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}

export class TestRoster implements Roster {
  readonly #nodes = new Map<string, TestNode>();
  #members: readonly TestNode[] = [];

  get(node: string): TestNode | undefined {
    return this.#nodes.get(node);
  }

  members(): readonly TestNode[] {
    return this.#members;
  }

  onChange(): () => void {
    return () => undefined;
  }

  join(node: TestNode): void {
    this.#nodes.set(node.node, node);
    this.#members = [...this.#nodes.values()];
  }

  leave(node: string): void {
    this.#nodes.delete(node);
    this.#members = [...this.#nodes.values()];
  }
}

export interface RunFleetOptions extends Partial<RequestContext> {
  readonly variables?: Record<string, unknown>;
  readonly timeLeftMs?: number;
}

const world = createTestWorld();
const composition = composeShapes([
  { name: 'registry', sdl: readSdl('registry') },
  { name: 'world', sdl: readSdl('world') },
]);

/** The whole gateway over a registry and a fleet of nodes in this process. */
export class TestNetwork {
  readonly roster = new TestRoster();
  /** Where agents live, as the directory knows it. */
  readonly homes = new Map<string, string>();
  /** Of them those that are on their way. */
  readonly moving = new Set<string>();
  readonly #listeners = new Set<(agent: string) => void>();
  /** Each lookup in the directory. */
  readonly lookups: (readonly string[])[] = [];
  /** What the directory throws, when it cannot be asked. */
  directoryFault: Error | undefined;
  readonly operations: ReturnType<typeof createOperations>;

  constructor(options: Pick<FleetSubgraphOptions, 'breaker' | 'minWaitMs' | 'pageShare'> = {}) {
    const directory: Directory = {
      locate: async (agents) => {
        this.lookups.push(agents);
        if (this.directoryFault) throw this.directoryFault;
        return new Map(
          agents.flatMap((agent) => {
            const node = this.homes.get(agent);
            const isMoving = this.moving.has(agent);
            return node === undefined ? [] : [[agent, { node, epoch: 1, isMoving }] as const];
          }),
        );
      },
      onChange: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
    const shape = { name: 'world', sdl: readSdl('world') };
    const fleet = createFleetSubgraph({ ...options, shape, roster: this.roster, directory });
    const subgraphs = new Map([
      ['registry', createLocalSubgraph(this.#registry())],
      ['world', fleet],
    ]);
    this.operations = createOperations({
      supergraphSdl: composition.supergraphSdl,
      subgraphs,
      access: new Map(),
      onFault: (fault) => {
        throw fault;
      },
    });
  }

  /** Takes everything out, for the next test: what is compiled stays. */
  reset(): this {
    for (const { node } of this.roster.members()) this.roster.leave(node);
    this.homes.clear();
    this.moving.clear();
    this.lookups.length = 0;
    this.directoryFault = undefined;
    return this;
  }

  /** The directory says so to whoever waits for it. */
  tellOf(agent: string): void {
    for (const listener of this.#listeners) listener(agent);
  }

  join(node: string, rows = new WorldRows(node), shape: ExecutableShape = world): TestNode {
    const member = new TestNode(node, rows, shape);
    this.roster.join(member);
    for (const { id } of rows.agents) this.homes.set(id, node);
    return member;
  }

  async run(
    query: string,
    { variables = {}, timeLeftMs, ...context }: RunFleetOptions = {},
  ): Promise<Answer> {
    const outcome = this.operations.compile({ query, role: 'ADMIN', variables });
    if (!outcome.ok) return { errors: outcome.errors };
    if (outcome.operation.kind === 'subscription') throw new Error('Expected a query or a mutation');
    const result = await outcome.operation.execute(
      variables,
      createContext({
        viewer: { username: 'root', role: 'ADMIN' },
        ...context,
        ...(timeLeftMs === undefined ? {} : { deadline: performance.now() + timeLeftMs }),
      }),
    );
    return JSON.parse(JSON.stringify(result)) as Answer;
  }

  #registry(): ExecutableShape {
    const node = (id: string) => ({ id, name: id });
    return createExecutableShape({
      name: 'registry',
      sdl: publishedSdl('registry'),
      onFault: (error) => {
        throw error;
      },
      resolvers: {
        Query: {
          node: (_: unknown, { id }: { id: string }) => node(id),
          nodes: () => {
            const nodes = this.roster.members().map((member) => node(member.node));
            const edges = nodes.map((row) => ({ cursor: row.id, node: row }));
            return { edges, nodes, pageInfo: { hasNextPage: false }, totalCount: nodes.length };
          },
          agent: (_: unknown, { id }: { id: string }) => ({ id }),
        },
        Node: { __resolveReference: ({ id }: { id: string }) => node(id) },
        Agent: { node: ({ id }: { id: string }) => ({ id: this.homes.get(id) }), epoch: () => 1 },
      },
    });
  }
}

/** Codes of an answer's errors with the node that each concerns: `NODE_TIMEOUT n2`. */
export function faultsOf({ errors = [] }: Answer): readonly string[] {
  return errors.map(({ extensions }) =>
    [extensions?.['code'], extensions?.['node']].filter(Boolean).join(' '),
  );
}

/** A world of its own version. */
export function createOtherWorld(change: (sdl: string) => string): ExecutableShape {
  return createTestWorld(change(readSdl('world')));
}
