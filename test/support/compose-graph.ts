import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, type GraphQLSchema, execute, parse, subscribe } from 'graphql';
import { createNetworkReport } from '../../gateway/execute/network-report.ts';
import { createOperations } from '../../gateway/execute/operations.ts';
import type { RequestContext } from '../../gateway/execute/request-context.ts';
import type { Fetch, StreamEvent, Subgraph, SubgraphResult } from '../../gateway/execute/subgraph.ts';
import { mapIterator } from '../../wire/map-iterator.ts';
import type { Role } from '../../wire/viewer.ts';

type Resolvers = NonNullable<
  Extract<Parameters<typeof buildSubgraphSchema>[0], { typeDefs: unknown; resolvers?: unknown }>['resolvers']
>;

export interface SubgraphSource {
  readonly sdl: string;
  readonly resolvers?: Record<string, unknown>;
}

/** One request to a subgraph, as a test sees it. */
export interface SentFetch {
  readonly fetch: Fetch;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface GraphOptions {
  readonly access?: ReadonlyMap<string, Role>;
  /** Stands between the gateway and each subgraph. */
  readonly intercept?: (
    sent: SentFetch,
    next: () => Promise<SubgraphResult>,
  ) => SubgraphResult | Promise<SubgraphResult>;
}

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@requires", "@provides",
  "@external", "@override", "@inaccessible", "@interfaceObject", "@context", "@fromContext"])\n`;

/** Composes subgraphs that run in this process as graphql-js schemas, and the operations over them. */
export function composeGraph(sources: Readonly<Record<string, SubgraphSource>>, options: GraphOptions = {}) {
  const typeDefs = Object.entries(sources).map(([name, { sdl }]) => ({ name, typeDefs: parse(link + sdl) }));
  const composed = composeServices(
    typeDefs.map((service) => ({ ...service, url: `http://${service.name}` })),
  );
  if (!composed.supergraphSdl) {
    throw new Error(composed.errors?.map((error) => error.message).join('\n') ?? 'no supergraph');
  }
  const sent: SentFetch[] = [];
  const schemas = new Map<string, GraphQLSchema>();
  const subgraphs = new Map<string, Subgraph>();
  for (const service of typeDefs) {
    const resolvers = (sources[service.name]?.resolvers ?? {}) as Resolvers;
    const schema = buildSubgraphSchema({ typeDefs: service.typeDefs, resolvers });
    schemas.set(service.name, schema);
    subgraphs.set(service.name, createSchemaSubgraph(service.name, schema, sent, options.intercept));
  }
  const operations = createOperations({
    supergraphSdl: composed.supergraphSdl,
    subgraphs,
    access: options.access ?? new Map(),
    onFault: (error) => {
      throw error;
    },
  });
  return {
    supergraphSdl: composed.supergraphSdl,
    schemas,
    operations,
    sent,
    /** Compiles and runs a query or a mutation; the answer as JSON. */
    async run(query: string, run: RunOptions = {}): Promise<Answer> {
      const outcome = operations.compile({ query, operationName: run.operationName, role: run.role });
      if (!outcome.ok) return { errors: outcome.errors };
      if (outcome.operation.kind === 'subscription') throw new Error('Expected a query or a mutation');
      const result = await outcome.operation.execute(run.variables ?? {}, createContext(run));
      return JSON.parse(JSON.stringify(result)) as Answer;
    },
    subscribe(query: string, run: RunOptions = {}) {
      const outcome = operations.compile({ query, operationName: run.operationName, role: run.role });
      if (!outcome.ok || outcome.operation.kind !== 'subscription') {
        throw new Error(`Expected a subscription, got ${JSON.stringify(outcome)}`);
      }
      return { stream: outcome.operation.subscribe(run.variables ?? {}, createContext(run)) };
    },
  };
}

export interface RunOptions extends Partial<RequestContext> {
  readonly operationName?: string;
  readonly role?: Role;
  readonly variables?: Record<string, unknown>;
}

/** An answer as a client reads it. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly locations?: readonly unknown[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export function createContext(options: Partial<RequestContext> = {}): RequestContext {
  return {
    viewer: options.viewer,
    deadline: options.deadline ?? Infinity,
    signal: options.signal,
    network: options.network ?? createNetworkReport(),
  };
}

function createSchemaSubgraph(
  name: string,
  schema: GraphQLSchema,
  sent: SentFetch[],
  intercept: GraphOptions['intercept'],
): Subgraph {
  return {
    name,
    prepare: (fetch) => ({
      stream: 'plain',
      async execute(variables) {
        sent.push({ fetch, variables });
        const next = async () =>
          toResult(await execute({ schema, document: fetch.document, variableValues: variables }));
        return intercept ? intercept({ fetch, variables }, next) : next();
      },
      subscribe(variables) {
        sent.push({ fetch, variables });
        return streamOf(() => subscribe({ schema, document: fetch.document, variableValues: variables }));
      },
    }),
  };
}

/** Through JSON, as if it had come over a wire: nothing is shared with resolvers. */
function toResult(result: ExecutionResult): SubgraphResult {
  return JSON.parse(JSON.stringify(result)) as SubgraphResult;
}

function streamOf(
  open: () => Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult>,
): AsyncIterableIterator<StreamEvent> {
  let source: Promise<AsyncIterator<StreamEvent, unknown, undefined>> | undefined;
  const start = async () => {
    const opened = await open();
    if (!(Symbol.asyncIterator in opened)) throw new Error(JSON.stringify(opened));
    return mapIterator(opened, (result): StreamEvent => ({ result: toResult(result) }));
  };
  return {
    async next() {
      source ??= start();
      const step = await (await source).next();
      return step.done ? { done: true, value: undefined } : step;
    },
    async return() {
      await (await source)?.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
