import type { GraphQLFormattedError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { createNetworkReport } from '../execute/network-report.ts';
import type { SubscriptionOperation } from '../execute/operation.ts';
import type { RequestContext } from '../execute/request-context.ts';
import { SharedStream } from './shared-stream.ts';
import { streamKey } from './stream-key.ts';
import type { StreamReader } from './stream-reader.ts';

export interface StreamRequest {
  /** The same object for the same operation: streams are shared by it. */
  readonly operation: SubscriptionOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer | undefined;
  /** Called when there is something to read, often; must not throw. Reading may wait until later. */
  readonly wake: () => void;
}

export interface StreamHub {
  /** Joins the stream of all who asked the same as the same person, opening it upstream for the first. The caller closes the reader. */
  open(request: StreamRequest): StreamReader | { readonly errors: readonly GraphQLFormattedError[] };
  /** Ends all streams with SHUTTING_DOWN, and refuses new ones. */
  close(): void;
}

export interface StreamHubOptions {
  /** How long the readers of a feed that keep up wait for one that does not. */
  readonly patienceMs?: number;
}

/** One subscription upstream per distinct operation, variables and person, however many read it. */
export function createStreamHub({ patienceMs = limits.streamPatienceMs }: StreamHubOptions = {}): StreamHub {
  const streams = new Map<SubscriptionOperation, Map<string, SharedStream>>();
  let isClosed = false;

  const find = (request: StreamRequest, key: string) => {
    const { operation, variables, viewer } = request;
    const known = streams.get(operation)?.get(key);
    if (known) return known;
    const opened = SharedStream.open({
      operation,
      variables,
      patienceMs,
      createContext: () => createContext(viewer),
      onClose: () => forget(operation, key),
    });
    if (opened instanceof SharedStream) remember(operation, key, opened);
    return opened;
  };
  const remember = (operation: SubscriptionOperation, key: string, stream: SharedStream) => {
    const byKey = streams.get(operation) ?? new Map<string, SharedStream>();
    streams.set(operation, byKey.set(key, stream));
  };
  const forget = (operation: SubscriptionOperation, key: string) => {
    const byKey = streams.get(operation);
    byKey?.delete(key);
    if (byKey?.size === 0) streams.delete(operation);
  };

  return {
    open: (request) => {
      if (isClosed) return { errors: [shuttingDown()] };
      const stream = find(request, streamKey(request.variables, request.viewer));
      return stream instanceof SharedStream ? stream.join(request.wake) : stream;
    },
    close: () => {
      isClosed = true;
      for (const stream of [...streams.values()].flatMap((byKey) => [...byKey.values()])) {
        stream.end({ kind: 'end', errors: [shuttingDown()] });
      }
    },
  };
}

/** Each event is completed with a deadline of its own; the stream has none. */
function createContext(viewer: Viewer | undefined): RequestContext {
  return { viewer, deadline: Infinity, signal: undefined, network: createNetworkReport() };
}

function shuttingDown(): GraphQLFormattedError {
  return codedError('SHUTTING_DOWN', 'The server is stopping').toJSON();
}
