import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { StreamEvent } from '../execute/subgraph.ts';
import { EventQueue } from './event-queue.ts';
import { failure, readAnswer, readError } from './read-answer.ts';

interface Payload {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Streams from one subgraph, all in one socket that is opened with the first and closed after the last. */
export interface Upstream {
  /** Ends as the subgraph ends it; when the socket breaks, with an event of one SUBGRAPH_FAILED. Never resumed: it has no cursor. */
  subscribe(payload: Payload, signal: AbortSignal | undefined): AsyncIterableIterator<StreamEvent>;
  /** Ends all streams, each with an error. */
  close(): void;
}

export function createUpstream({ name, url }: { readonly name: string; readonly url: string }): Upstream {
  const streams = new Set<(fault: StreamEvent) => void>();
  const client = createSubgraphClient(url, () => {
    // graphql-ws would quietly subscribe again after a close with 1000, and events would be missing between the two.
    for (const fail of streams) fail({ result: failure(name, `The connection to ${name} broke`) });
  });

  return {
    subscribe: (payload, signal) => {
      let stop = (): void => undefined;
      const finish = (): void => {
        streams.delete(fail);
        signal?.removeEventListener('abort', leave);
        stop();
      };
      const queue = new EventQueue<StreamEvent>({
        capacity: limits.maxReaderLagEvents,
        onOverflow: () => tooSlow(),
        onClose: finish,
      });
      const fail = (fault: StreamEvent): void => {
        queue.push(fault);
        queue.end();
        finish();
      };
      const leave = (): void => void queue.return();
      if (signal?.aborted) {
        queue.end();
        return queue;
      }
      signal?.addEventListener('abort', leave);
      streams.add(fail);
      stop = client.subscribe(payload, {
        next: (answer) => queue.push({ result: readAnswer(name, answer) }),
        error: (error) => fail({ result: explain(name, error) }),
        complete: () => {
          queue.end();
          finish();
        },
      });
      return queue;
    },
    close: () => {
      for (const fail of streams) fail({ result: failure(name, 'The gateway is stopping') });
      client.terminate();
    },
  };
}

/** An `error` message carries the errors of the operation; anything else says why there is no connection. */
function explain(name: string, error: unknown): StreamEvent['result'] {
  if (Array.isArray(error)) return { errors: error.map((each: unknown) => readError(name, each)) };
  return failure(name, `The connection to ${name} failed`);
}

function tooSlow(): StreamEvent {
  const error = codedError(
    'SUBSCRIBER_TOO_SLOW',
    `More than ${limits.maxReaderLagEvents} events were waiting`,
  );
  return { result: { errors: [error.toJSON()] } };
}

function createSubgraphClient(url: string, onClosed: () => void): Client {
  let pongTimer: NodeJS.Timeout | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: BoundedWebSocket,
    // Whoever watches is told of a break and decides whether to watch again.
    retryAttempts: 0,
    connectionAckWaitTimeout: limits.connectionInitTimeoutMs,
    keepAlive: limits.linkPingMs,
    on: {
      ping: (isFromThem) => {
        if (!isFromThem) pongTimer = setTimeout(() => client.terminate(), limits.linkPongMs);
      },
      pong: (isFromThem) => {
        if (isFromThem) clearTimeout(pongTimer);
      },
      closed: () => {
        clearTimeout(pongTimer);
        onClosed();
      },
    },
  });
  return client;
}

class BoundedWebSocket extends WebSocket {
  constructor(address: string, protocols: string) {
    super(address, protocols, {
      handshakeTimeout: limits.connectionInitTimeoutMs,
      maxPayload: limits.maxNodeAnswerBytes,
      perMessageDeflate: false,
    });
    // graphql-ws takes its listener away when it gives a connection up, and an error that nobody listens to ends the process.
    this.on('error', () => undefined);
  }
}
