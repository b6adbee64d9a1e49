import { composeShapes } from '../../gateway/compose/compose-shapes.ts';
import { createLocalSubgraph } from '../../gateway/execute/local-subgraph.ts';
import { createNetworkReport } from '../../gateway/execute/network-report.ts';
import type { Operation } from '../../gateway/execute/operation.ts';
import { createOperations } from '../../gateway/execute/operations.ts';
import type { RequestContext } from '../../gateway/execute/request-context.ts';
import { createFleetSubgraph } from '../../gateway/fleet/fleet-subgraph.ts';
import { type MutableRoster, createRoster } from '../../gateway/links/roster.ts';
import { limits } from '../../schema/limits.ts';
import { publishedSdl, readSdl } from '../../schema/read-sdl.ts';
import { createExecutableShape } from '../../subgraphs/serve/create-executable-shape.ts';
import { createCannedNode } from './canned-node.ts';

export interface BenchGateway {
  readonly roster: MutableRoster;
  readonly operations: ReturnType<typeof createOperations>;
  compile(query: string): Operation;
  context(): RequestContext;
  join(node: string): void;
}

/** The whole gateway without its edges: a registry that knows the members, and a fleet of nodes in this process. */
export function openBenchGateway(members: number): BenchGateway {
  const sdl = readSdl('world');
  const roster = createRoster({
    onFault: (fault) => {
      throw fault;
    },
  });
  const join = (node: string): void => roster.add(createCannedNode(node, sdl));
  for (let member = 0; member < members; member++) join(`n${String(member).padStart(4, '0')}`);

  const { supergraphSdl, access } = composeShapes([
    { name: 'registry', sdl: readSdl('registry') },
    { name: 'world', sdl },
  ]);
  const operations = createOperations({
    supergraphSdl,
    access,
    subgraphs: new Map([
      ['registry', createLocalSubgraph(createRegistry(roster))],
      [
        'world',
        createFleetSubgraph({
          shape: { name: 'world', sdl },
          roster,
          directory: { locate: async () => new Map(), onChange: () => () => undefined },
        }),
      ],
    ]),
  });
  return {
    roster,
    operations,
    join,
    compile(query) {
      const outcome = operations.compile({ query, role: undefined, variables: {} });
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors));
      return outcome.operation;
    },
    context: () => ({
      viewer: undefined,
      deadline: performance.now() + limits.requestDeadlineMs,
      signal: undefined,
      network: createNetworkReport(),
    }),
  };
}

function createRegistry(roster: MutableRoster) {
  return createExecutableShape({
    name: 'registry',
    sdl: publishedSdl('registry'),
    onFault: (fault) => {
      throw fault;
    },
    resolvers: {
      Query: { nodes: () => ({ nodes: roster.members().map(({ node }) => ({ id: node })) }) },
    },
  });
}
