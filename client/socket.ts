import { createClient, type Client } from 'graphql-ws/client';
import { isRecord } from './answer.ts';
import { closeCodes } from '../schema/close-codes.ts';
import { findWebSocket } from './web-socket.ts';

/** From the socket's opening to the server's welcome. */
const ackMs = 10_000;

/** CONNECTING: for the first time or again. IDLE: no stream is open, so there is no socket. */
export type ConnectionState = 'IDLE' | 'CONNECTING' | 'CONNECTED' | 'LOST';

export interface SocketOptions {
  readonly url: string;
  /** Asked at each connection. */
  readonly token: () => string | undefined;
  readonly webSocketImpl: unknown;
  readonly retryDelayMs: (attempt: number) => number;
  /** A ping after this much time. */
  readonly pingMs: number;
  /** How long its pong may take before the connection is taken for dead. */
  readonly pongMs: number;
  readonly onStateChange: (state: ConnectionState) => void;
}

/** The one WebSocket of a client: there while streams are, and again after each drop. */
export interface Socket {
  /** Rejects only when the platform has no WebSocket. */
  readonly client: Promise<Client>;
  /** Drops the connection and makes a new one for the streams that are open. */
  restart(): void;
  close(): void;
}

export function openSocket(options: SocketOptions): Socket {
  let active: unknown;
  let announced: string | undefined;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const waits = new Set<() => void>();
  const start = async () => {
    const webSocketImpl = options.webSocketImpl ?? (await findWebSocket());
    return createClient({
      url: options.url,
      webSocketImpl,
      connectionParams: () => {
        announced = options.token();
        return announced === undefined ? {} : { authorization: `Bearer ${announced}` };
      },
      retryAttempts: Infinity,
      // A token that the server refuses stays refused.
      shouldRetry: (fault) => !(isRecord(fault) && fault['code'] === closeCodes.FORBIDDEN),
      retryWait: (attempt) => wait(options.retryDelayMs(attempt), waits),
      keepAlive: options.pingMs,
      connectionAckWaitTimeout: ackMs,
      on: {
        connecting: () => options.onStateChange('CONNECTING'),
        connected: (socket) => {
          active = socket;
          // The token may have changed while the server was greeting us.
          if (announced !== options.token()) restart();
          else options.onStateChange('CONNECTED');
        },
        ping: (received) => {
          if (!received) pongTimer = setTimeout(restart, options.pongMs);
        },
        pong: (received) => {
          if (received) clearTimeout(pongTimer);
        },
        closed: (event) => {
          active = undefined;
          clearTimeout(pongTimer);
          const isNormal = isRecord(event) && event['code'] === closeCodes.NORMAL;
          options.onStateChange(isNormal ? 'IDLE' : 'LOST');
        },
      },
    });
  };
  const client = start();

  function restart(): void {
    if (active === undefined) return;
    // graphql-ws opens the same operations, by the same ids, on the next socket: what this one still brings must not count.
    if (isRecord(active)) Object.assign(active, { onmessage: null });
    void client.then((it) => it.terminate());
  }

  return {
    client,
    restart,
    close() {
      for (const wake of waits) wake();
      clearTimeout(pongTimer);
      // Rejects when it was between two attempts: there is nothing to close then.
      void client.then((it) => it.dispose()).catch(() => {});
    },
  };
}

function wait(ms: number, waits: Set<() => void>): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      waits.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    waits.add(wake);
  });
}
