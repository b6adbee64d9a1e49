import fc from 'fast-check';
import { type GraphQLSchema, execute, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { SubgraphResult } from '../gateway/execute/subgraph.ts';
import { createApolloExecutor, toPrivateQuery } from './support/apollo-executor.ts';
import type { GraphOptions } from './support/compose-graph.ts';
import { createRandomGraph, runMonolith } from './support/random-graph.ts';
import { pickOperation } from './support/random-operation.ts';
import { type GraphModel, type Pick, pickGraphModel } from './support/random-supergraph.ts';

/** Graphs per property; each is asked many operations. EXECUTOR_RUNS=100 looks longer, EXECUTOR_SEED elsewhere. */
const numRuns = Number(process.env['EXECUTOR_RUNS'] ?? 3);
const operationsPerGraph = 12;
const settings = { numRuns, seed: Number(process.env['EXECUTOR_SEED'] ?? 2026), endOnFailure: true };
const timeout = 20_000 + numRuns * 20_000;

type Graph = ReturnType<typeof createRandomGraph>;

interface Situation {
  readonly model: GraphModel;
  readonly graph: Graph;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Kind {
  readonly oddsOfBrokenPromise?: number;
  readonly isFancy?: boolean;
  readonly tellsTypes?: boolean;
  readonly options?: GraphOptions;
}

/** Checks a claim in many situations. */
async function always(kind: Kind, claim: (situation: Situation, pick: Pick) => Promise<void>): Promise<void> {
  let count = 0;
  const property = fc.asyncProperty(fc.gen(), async (g) => {
    const pick: Pick = (arbitrary) => g(() => arbitrary);
    const model = pickGraphModel(pick, kind.oddsOfBrokenPromise ?? 0);
    const graph = createRandomGraph(model, kind.options);
    const schema = graph.operations.apiSchema;
    for (let index = 0; index < operationsPerGraph; index += 1) {
      const operation = pickOperation({
        schema,
        pick,
        isFancy: kind.isFancy ?? true,
        tellsTypes: kind.tellsTypes ?? false,
      });
      if (validate(schema, parse(operation.query)).length > 0) continue;
      await claim({ model, graph, ...operation }, pick);
      count += 1;
    }
  });
  await fc.assert(property, settings);
  expect(count).toBeGreaterThan(numRuns);
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function askMonolith({ model, graph, query, variables }: Situation) {
  return runMonolith(model, graph.operations.apiSchema, parse(query), variables);
}

describe('random operations on random graphs', () => {
  it('are answered as one schema over the same data answers them', { timeout }, async () => {
    await always({}, async (situation) => {
      const { graph, query, variables } = situation;
      const answer = await graph.run(query, { variables });
      expect({ query, answer: json(answer) }).toEqual({ query, answer: json(await askMonolith(situation)) });
    });
  });

  it('have null where one schema has it when data breaks the promise of a type', { timeout }, async () => {
    await always({ oddsOfBrokenPromise: 12 }, async (situation) => {
      const { graph, query, variables } = situation;
      const expected = await askMonolith(situation);
      const answer = await graph.run(query, { variables });
      expect({ query, data: json(answer.data) }).toEqual({ query, data: json(expected.data) });
      // Entities are asked for once, so that one error may stand for several places.
      const places = new Set(expected.errors?.map(({ path = [] }) => placeOfNull(expected.data, path)));
      const reported = new Set(answer.errors?.map(({ path = [] }) => placeOfNull(expected.data, path)));
      expect({ query, hasErrors: reported.size > 0 }).toEqual({ query, hasErrors: places.size > 0 });
      expect({ query, atValues: [...reported].filter((place) => place === undefined) }).toEqual({
        query,
        atValues: [],
      });
    });
  });

  it('are answered as Apollo’s executor answers them', { timeout }, async () => {
    let compared = 0;
    const executors = new WeakMap<Graph, ReturnType<typeof createApolloExecutor>>();
    await always({}, async ({ graph, query, variables }) => {
      const apollo = executors.get(graph) ?? createApolloExecutor(graph.supergraphSdl, graph.schemas);
      executors.set(graph, apollo);
      const privateQuery = toPrivateQuery(apollo.supergraph, query, variables);
      const expected = privateQuery && (await apollo.run(privateQuery, variables));
      if (!privateQuery || !expected) return;
      const answer = await graph.run(privateQuery, { variables });
      expect({ query, answer }).toEqual({ query, answer: expected });
      compared += 1;
    });
    expect(compared).toBeGreaterThan(numRuns);
  });

  it('never throw and never break the schema, whatever the subgraphs answer', { timeout }, async () => {
    let misbehave: (() => unknown) | undefined;
    const options: GraphOptions = {
      intercept: async (_, next) => {
        const garbage = misbehave?.();
        return garbage === undefined ? next() : spoil(await next(), garbage);
      },
    };
    await always({ tellsTypes: true, options }, async ({ graph, query, variables }, pick) => {
      misbehave = () => pick(fc.option(fc.oneof(...faults), { nil: undefined }));
      const answer = await graph.run(query, { variables });
      misbehave = undefined;
      for (const error of answer.errors ?? []) expect(error.extensions?.['code']).toEqual(expect.any(String));
      const { data = null, errors = [] } = answer;
      expect({ query, isExplained: data !== null || errors.length > 0 }).toEqual({
        query,
        isExplained: true,
      });
      const checked = data && (await readBack(graph.operations.apiSchema, query, variables, data));
      expect({ query, ...checked }).toEqual({ query, ...(data && { data }) });
    });
  });
});

/** The path of the null that an error has led to; undefined when there is a value at its path. */
function placeOfNull(data: unknown, path: readonly (string | number)[]): string | undefined {
  const taken: (string | number)[] = [];
  let value = data;
  for (const key of path) {
    if (value === null || value === undefined) break;
    value = (value as Record<string | number, unknown>)[key];
    taken.push(key);
  }
  return value === null || value === undefined ? json(taken) : undefined;
}

/** A whole answer, or a value to be put somewhere into one. */
const faults: readonly fc.Arbitrary<unknown>[] = [
  fc.constantFrom({ whole: null }, { whole: 'text' }, { whole: {} }, { whole: { data: null } }),
  fc.record({ whole: fc.record({ errors: fc.constantFrom([{ message: 'down' }], [null], 'x', []) }) }),
  fc.record({ value: fc.jsonValue({ maxDepth: 2 }), at: fc.nat(30) }),
];

/** Replaces one value of an answer, the `at`th that there is. */
function spoil(result: SubgraphResult, fault: unknown): SubgraphResult {
  const { whole, value, at = 0 } = fault as { whole?: unknown; value?: unknown; at?: number };
  if (value === undefined) return whole as SubgraphResult;
  let left = at;
  const visit = (here: unknown): unknown => {
    left -= 1;
    if (left < 0) return left === -1 ? value : here;
    if (Array.isArray(here)) return here.map(visit);
    if (typeof here !== 'object' || here === null) return here;
    return Object.fromEntries(Object.entries(here).map(([key, inner]) => [key, visit(inner)]));
  };
  return { ...result, data: visit(result.data) as Record<string, unknown> };
}

/** The answer read through graphql-js: the same data, and no errors, when it is as the schema says. */
async function readBack(
  schema: GraphQLSchema,
  query: string,
  variableValues: Readonly<Record<string, unknown>>,
  rootValue: Readonly<Record<string, unknown>>,
): Promise<object> {
  const result = await execute({
    schema,
    document: parse(query),
    rootValue,
    variableValues,
    fieldResolver: (source: Record<string, unknown>, _, __, { path }) => source[path.key],
    typeResolver: (source: { __typename?: string }) => source.__typename,
  });
  return JSON.parse(json(result)) as object;
}
