import type { GraphQLFormattedError } from 'graphql';
import { codedError } from '../../../wire/coded-error.ts';
import type { Link } from '../../../wire/link.ts';
import type { RequestContext } from '../../execute/request-context.ts';
import type { Fetch, PreparedFetch } from '../../execute/subgraph.ts';
import type { Variables } from '../arguments.ts';
import type { Directory } from '../directory.ts';
import type { FleetShape, Route } from '../directives.ts';
import type { NodeVersions } from '../node-versions.ts';
import { ownerWhenAbsent } from '../owner-when-absent.ts';
import type { Roster } from '../roster.ts';
import { FeedStream } from './feed-stream.ts';
import { GaugeStream } from './gauge-stream.ts';
import { NodeStream } from './node-stream.ts';
import { type Owned, ownerUnknown, watchOwner } from './owner-watch.ts';
import { type OpenedStream, PassingStream } from './passing-stream.ts';
import { type StreamFetch, readStreamFetch } from './stream-fetch.ts';

export interface FleetStreamOptions {
  /** A subscription's first fetch. */
  readonly fetch: Fetch;
  readonly shape: FleetShape;
  readonly roster: Roster;
  readonly directory: Directory;
  readonly versions: NodeVersions;
  /** For the jitter of retries. */
  readonly random?: () => number;
}

export type PreparedStream = Pick<PreparedFetch, 'stream' | 'startsNow' | 'subscribe'>;

/** What a client says instead of a cursor, to get events from here on only. */
export const fromNow = 'now';

/**
 * Makes a subscription's first fetch ready for the nodes that it means: `@route @feed` is lossless, `@scatter @latest` a gauge of many nodes,
 * `@route` alone passes on what one node sends. Throws a GraphQLError for anything else.
 */
export function prepareFleetStream(options: FleetStreamOptions): PreparedStream {
  const fetch = readStreamFetch(options.shape, options.fetch);
  const { reach, stream } = fetch.field;
  if (reach?.kind === 'route' && stream?.kind === 'feed') {
    return prepareFeed(options, fetch, { route: reach, after: stream.after });
  }
  if (reach?.kind === 'scatter' && stream?.kind === 'latest') return prepareGauge(options, fetch);
  if (reach?.kind === 'route' && !stream) return preparePassing(options, fetch, reach);
  throw codedError(
    'INTERNAL_SERVER_ERROR',
    `Expected Subscription.${fetch.field.name} to have @route, @route and @feed, or @scatter and @latest`,
  );
}

/** Whom a run of the fetch means. */
function compileOwner(fetch: StreamFetch, route: Route): (variables: Variables) => Pick<Owned, 'via' | 'id'> {
  const read = fetch.readArgument(route.by);
  return (variables) => {
    const value = read(variables);
    const fallback = ownerWhenAbsent(route, value);
    return fallback ? { via: fallback.via, id: fallback.key } : { via: route.via, id: String(value) };
  };
}

function prepareFeed(
  options: FleetStreamOptions,
  fetch: StreamFetch,
  { route, after }: { readonly route: Route; readonly after: string },
): PreparedStream {
  const { roster, directory, random = Math.random } = options;
  const ownerOf = compileOwner(fetch, route);
  const readAfter = fetch.readArgument([after]);
  return {
    stream: 'feed',
    startsNow: (variables) => readAfter(variables) === fromNow,
    subscribe: (variables, context, resumeAfter) =>
      new FeedStream({
        roster,
        directory,
        ...ownerOf(variables),
        random,
        resumeAfter,
        open: (link, cursor) => openOn(link, { options, fetch, variables, context }, cursor),
      }),
  };
}

function prepareGauge(options: FleetStreamOptions, fetch: StreamFetch): PreparedStream {
  const { roster, random = Math.random } = options;
  const readNodes = fetch.readArgument(['nodes']);
  return {
    stream: 'latest',
    subscribe: (variables, context) => {
      const nodes = readNodes(variables);
      return new GaugeStream({
        roster,
        random,
        nodes: Array.isArray(nodes) ? new Set(nodes.map(String)) : undefined,
        open: (link) => openOn(link, { options, fetch, variables, context }),
      });
    },
  };
}

function preparePassing(options: FleetStreamOptions, fetch: StreamFetch, route: Route): PreparedStream {
  const { roster, directory } = options;
  const ownerOf = compileOwner(fetch, route);
  return {
    stream: 'plain',
    subscribe: (variables, context) =>
      new PassingStream(async (): Promise<OpenedStream> => {
        const link = await findLink({ roster, directory, ...ownerOf(variables) });
        return 'errors' in link ? link : openOn(link, { options, fetch, variables, context });
      }),
  };
}

interface StreamRun {
  readonly options: FleetStreamOptions;
  readonly fetch: StreamFetch;
  readonly variables: Variables;
  readonly context: RequestContext;
}

function openOn(
  link: Link,
  { options, fetch, variables, context }: StreamRun,
  resumeAfter?: string,
): NodeStream {
  return new NodeStream({
    link,
    shape: options.shape.name,
    fetch,
    versions: options.versions,
    variables: fetch.variablesFor(variables, resumeAfter),
    viewer: context.viewer,
  });
}

async function findLink(owned: Owned): Promise<Link | { readonly errors: readonly GraphQLFormattedError[] }> {
  const watch = watchOwner({ ...owned, onChange: () => undefined });
  try {
    const owner = await watch.find();
    if (owner.kind === 'up') return owner.link;
    if (owner.kind === 'unknown') return { errors: [ownerUnknown(owned)] };
    return {
      errors: [codedError('NODE_UNREACHABLE', `The node that owns ${owned.id} cannot be reached`).toJSON()],
    };
  } catch {
    return { errors: [codedError('INITIAL_UNREACHABLE', `Nobody could say who owns ${owned.id}`).toJSON()] };
  } finally {
    watch.close();
  }
}
