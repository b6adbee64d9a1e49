import type { Fetch, PreparedFetch, StreamEvent, Subgraph } from '../execute/subgraph.ts';
import { type FleetShape, readFleetShape } from './directives.ts';
import { isRecord } from './node-answer.ts';
import { fromNow } from './streams/prepare-fleet-stream.ts';
import { type StreamFetch, readStreamFetch } from './streams/stream-fetch.ts';

/** A subgraph of one place whose streams with `@feed` are feeds: one that is opened behind a cursor goes on there, whoever else reads it. */
export function withFeeds(
  subgraph: Subgraph,
  published: { readonly name: string; readonly sdl: string },
): Subgraph {
  const shape = readFleetShape(published);
  return {
    name: subgraph.name,
    prepare: (fetch) =>
      fetch.kind === 'subscription' ? prepare(subgraph, shape, fetch) : subgraph.prepare(fetch),
  };
}

function prepare(subgraph: Subgraph, shape: FleetShape, fetch: Fetch): PreparedFetch {
  const plain = subgraph.prepare(fetch);
  const feed = readStreamFetch(shape, fetch);
  const { stream } = feed.field;
  if (stream?.kind !== 'feed') return plain;
  const { operation, text } = feed.document;
  const document = { ...fetch.document, definitions: [operation] };
  const marked = subgraph.prepare({ ...fetch, document, text });
  const readAfter = feed.readArgument([stream.after]);
  return {
    ...plain,
    stream: 'feed',
    startsNow: (variables) => readAfter(variables) === fromNow,
    subscribe: (variables, context, resumeAfter) =>
      takeCursors(feed, marked.subscribe(feed.variablesFor(variables, resumeAfter), context)),
  };
}

/** Each event without what only we have asked for. */
function takeCursors(
  { responseName, markName }: StreamFetch,
  source: AsyncIterableIterator<StreamEvent>,
): AsyncIterableIterator<StreamEvent> {
  const take = ({ result }: StreamEvent): StreamEvent => {
    const event = result.data?.[responseName];
    if (!isRecord(event)) return { result };
    const { [markName]: cursor, ...rest } = event;
    const data = { ...result.data, [responseName]: rest };
    return { result: { ...result, data }, ...(typeof cursor === 'string' ? { cursor } : {}) };
  };
  return {
    async next() {
      const step = await source.next();
      return step.done ? step : { done: false, value: take(step.value) };
    },
    return: () => source.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
