import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createLocalSubgraph } from '../gateway/execute/local-subgraph.ts';
import { createOperations } from '../gateway/execute/operations.ts';
import { createExecutableShape } from '../subgraphs/serve/create-executable-shape.ts';
import type { ShapeContext } from '../subgraphs/serve/shape-context.ts';
import { codedError } from '../wire/coded-error.ts';
import { createContext } from './support/compose-graph.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { whoami: String broken: Int }
  type Subscription { ticks(to: Int!): Int }
`;

function createGraph() {
  let isClosed = false;
  const shape = createExecutableShape({
    name: 'local',
    sdl,
    onFault: () => {},
    resolvers: {
      Query: {
        whoami: (_: unknown, __: unknown, { viewer }: ShapeContext) => viewer?.username,
        broken: () => {
          throw codedError('NOT_FOUND', 'not here');
        },
      },
      Subscription: {
        ticks: {
          async *subscribe(_: unknown, { to }: { to: number }) {
            try {
              for (let ticks = 1; ticks <= to; ticks += 1) yield { ticks };
            } finally {
              isClosed = true;
            }
          },
        },
      },
    },
  });
  const { supergraphSdl = '' } = composeServices([{ name: 'local', url: '', typeDefs: parse(sdl) }]);
  const subgraphs = new Map([['local', createLocalSubgraph(shape)]]);
  return {
    operations: createOperations({ supergraphSdl, subgraphs, access: new Map() }),
    isClosed: () => isClosed,
  };
}

function open(operations: ReturnType<typeof createGraph>['operations'], to: number) {
  const outcome = operations.compile({ query: `subscription { ticks(to: ${to}) }`, role: undefined });
  if (!outcome.ok || outcome.operation.kind !== 'subscription') throw new Error('Expected a subscription');
  const stream = outcome.operation.subscribe({}, createContext());
  if (!('next' in stream)) throw new Error('Expected a stream');
  return stream;
}

describe('a shape in the same process', () => {
  it('is told who asks, and its codes reach the client', async () => {
    const { operations } = createGraph();
    const outcome = operations.compile({ query: '{ me: whoami broken }', role: undefined });
    if (!outcome.ok || outcome.operation.kind === 'subscription') throw new Error('Expected a query');
    const viewer = { username: 'ada', role: 'PLAYER' } as const;
    const answer = await outcome.operation.execute({}, createContext({ viewer }));
    expect(answer.data).toEqual({ me: 'ada', broken: null });
    expect(answer.errors?.map((error) => error.toJSON())).toMatchObject([
      { message: 'not here', path: ['broken'], extensions: { code: 'NOT_FOUND', service: 'local' } },
    ]);
  });

  it('streams, and ends when it ends', async () => {
    const events: unknown[] = [];
    for await (const { result } of open(createGraph().operations, 3)) events.push(result.data);
    expect(events).toEqual([{ ticks: 1 }, { ticks: 2 }, { ticks: 3 }]);
  });

  it('is told when its reader goes', async () => {
    const graph = createGraph();
    const stream = open(graph.operations, 3);
    await stream.next();
    await stream.return?.();
    expect(graph.isClosed()).toBe(true);
  });
});
