import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GraphQLError } from 'graphql';
import type { NodeKey } from '../identity/node-key.ts';
import type { PublicKey } from '../identity/public-key.ts';
import { codedError } from '../wire/coded-error.ts';
import { createAdmission } from './admission.ts';
import { Contests } from './contests.ts';
import { serveConnection, type ServedConnection, type ServedPeer } from './served-connection.ts';
import { serveDialer } from './serve-dialer.ts';
import { serveSftp } from './serve-sftp.ts';
import { serveTunnel } from './serve-tunnel.ts';
import type { Spool } from './spool.ts';
import { type TunnelLimits, tunnelLimits } from './tunnel-limits.ts';
import type { TunnelPeer } from './tunnel-peer.ts';
import { type TunnelChange, TunnelTable } from './tunnel-table.ts';

export interface TunnelServerOptions {
  /** Our host key. */
  readonly key: NodeKey;
  /** Whose key it is and what it may; undefined for nobody's. Asked at every attempt. */
  readonly authorize: (key: PublicKey) => TunnelPeer | undefined | Promise<TunnelPeer | undefined>;
  readonly onChange: (change: TunnelChange) => void;
  /** The transfers that peers reach by SFTP; none without. */
  readonly spool?: Spool;
  readonly log?: TunnelLog;
  readonly limits?: Partial<TunnelLimits>;
  readonly now?: () => number;
}

/** As pino has them. */
interface TunnelLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** An SSH server for registered keys, on connections that others accept; it binds nothing. */
export interface TunnelServer {
  /** Takes a connection whose first bytes are SSH's, with none of them read. It is the server's from then on. */
  accept(socket: Socket): void;
  /** A channel to the node at the far end of its live tunnel, which the caller closes. Rejects with NODE_UNREACHABLE. */
  dial(node: string): Promise<Duplex>;
  has(node: string): boolean;
  /** Ends every connection of a node, whatever it is for; its channels are gone when this returns. */
  cut(node: string, reason: string): void;
  /** Ends all connections; resolves when they are gone. Idempotent. */
  close(): Promise<void>;
}

export function createTunnelServer(options: TunnelServerOptions): TunnelServer {
  const { key, authorize, onChange, spool, log, now = () => performance.now() } = options;
  const limits = tunnelLimits(options.limits);
  const admission = createAdmission(limits);
  const contests = new Contests(limits, now);
  const tunnels = new TunnelTable({ contests, maxTunnels: limits.maxTunnels, onChange });
  const connections = new Map<Socket, ServedConnection | undefined>();
  const lastCuts = new Map<string, number>();
  let cuts = 0;
  let isClosed = false;

  const serve = (served: ServedPeer, cutsBefore: number): void => {
    const { node, may } = served.peer;
    // It may have been thrown out between the question whose key it is and now.
    if ((lastCuts.get(node) ?? 0) > cutsBefore) return served.end('cut');
    served.onEnd((reason) => log?.debug({ node, instance: served.instance, reason }, 'SSH peer has gone'));
    log?.debug({ node, instance: served.instance }, 'SSH peer has come');
    if (may.includes('tunnel')) serveTunnel(served, tunnels, limits);
    if (may.includes('dial')) serveDialer(served, tunnels, limits);
    if (may.includes('sftp') && spool) serveSftp(served, spool, limits);
  };
  const refusal = ({ node }: TunnelPeer, instance: string): GraphQLError | undefined => {
    const leftOutMs = contests.leftOutMs(node, instance);
    if (leftOutMs === 0) return undefined;
    const seconds = Math.ceil(leftOutMs / 1_000);
    return codedError(
      'TUNNEL_CONTESTED',
      `Two processes with the key of node ${node} push each other out of its tunnel. Stop one of them. Both are left out for ${seconds} s.`,
    );
  };
  const admit = async (socket: Socket): Promise<void> => {
    const address = socket.remoteAddress ?? '';
    const pass = await admission.enter(address);
    if (typeof pass === 'string' || isClosed || socket.destroyed) {
      if (typeof pass === 'string') log?.debug({ address, reason: pass }, 'SSH client turned away');
      else pass.leave();
      socket.destroy();
      return;
    }
    const cutsBefore = cuts;
    // Whoever accepted it may have paused it, so that nothing is lost before this.
    setImmediate(() => socket.resume());
    connections.set(
      socket,
      serveConnection(socket, {
        key,
        pass,
        limits,
        now,
        authorize,
        refusal,
        onPeer: (served) => serve(served, cutsBefore),
        onFault: (fault) => log?.warn({ err: fault }, 'An SSH key could not be looked up'),
      }),
    );
  };

  return {
    accept(socket) {
      if (isClosed) return void socket.destroy();
      connections.set(socket, undefined);
      socket.on('error', () => undefined);
      socket.once('close', () => connections.delete(socket));
      admit(socket).catch((fault: unknown) => {
        log?.warn({ err: fault }, 'An SSH client could not be let in');
        socket.destroy();
      });
    },
    dial: (node) => tunnels.dial(node),
    has: (node) => tunnels.has(node),
    cut(node, reason) {
      cuts += 1;
      lastCuts.set(node, cuts);
      for (const connection of connections.values()) if (connection?.node() === node) connection.end(reason);
    },
    async close() {
      isClosed = true;
      await Promise.all(
        Array.from(connections, async ([socket, connection]) => {
          const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
          if (connection) connection.end('closed');
          else socket.destroy();
          await closed;
        }),
      );
    },
  };
}
