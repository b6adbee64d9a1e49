import type { Socket } from 'node:net';
import type { GraphQLError } from 'graphql';
import ssh2, { type Connection } from 'ssh2';
import type { NodeKey } from '../identity/node-key.ts';
import type { PublicKey } from '../identity/public-key.ts';
import type { Pass } from './admission.ts';
import { authenticate } from './authenticate.ts';
import { type Carrier, createCarrier } from './carrier.ts';
import { rekeyInTime } from './rekey-in-time.ts';
import { sshAlgorithms } from './ssh-algorithms.ts';
import type { TunnelLimits } from './tunnel-limits.ts';
import type { TunnelPeer } from './tunnel-peer.ts';
import { watchSocket } from './watch-socket.ts';

/** A client whose key has been proved. */
export interface ServedPeer {
  readonly peer: TunnelPeer;
  /** Its process: what it says, else where it comes from. */
  readonly instance: string;
  readonly connection: Connection;
  readonly carrier: Carrier;
  readonly isEnded: () => boolean;
  /** Calls back once, when the connection ends. */
  onEnd(listener: (reason: string) => void): void;
  /** As that of the connection. */
  end(reason: string): void;
}

export interface ServedConnection {
  /** Undefined until its key has been proved. */
  readonly node: () => string | undefined;
  /** Says goodbye, and destroys the socket when that is not taken in time. What belongs to it ends before this returns. Idempotent. */
  end(reason: string): void;
}

export interface ServeConnectionOptions {
  readonly key: NodeKey;
  readonly pass: Pass;
  readonly limits: TunnelLimits;
  readonly now: () => number;
  readonly authorize: (key: PublicKey) => TunnelPeer | undefined | Promise<TunnelPeer | undefined>;
  readonly refusal: (peer: TunnelPeer, instance: string) => GraphQLError | undefined;
  readonly onPeer: (served: ServedPeer) => void;
  readonly onFault: (fault: unknown) => void;
}

/** Speaks SSH on a socket, from the client's first byte; it belongs to the connection from now on. */
export function serveConnection(socket: Socket, options: ServeConnectionOptions): ServedConnection {
  const { key, pass, limits, now, onFault } = options;
  const listeners: ((reason: string) => void)[] = [];
  let connection: Connection | undefined;
  let node: string | undefined;
  let isEnded = false;

  const end = (reason: string): void => {
    if (isEnded) return;
    isEnded = true;
    for (const listener of listeners) listener(reason);
    connection?.end();
    socket.destroySoon();
    const late = setTimeout(() => socket.destroy(), limits.tunnelCloseMs);
    socket.once('close', () => clearTimeout(late));
  };
  const letIn = (known: Connection, peer: TunnelPeer, instance: string): void => {
    node = peer.node;
    pass.leave();
    clearTimeout(lateHandshake);
    watchSocket(socket, { limits, onFault: end });
    rekeyInTime(known, socket, { limits, now });
    options.onPeer({
      peer,
      instance,
      connection: known,
      carrier: createCarrier(socket),
      isEnded: () => isEnded,
      onEnd: (listener) => listeners.push(listener),
      end,
    });
  };
  const lateHandshake = setTimeout(() => end('late'), limits.tunnelHandshakeMs);
  socket.setNoDelay(true);
  socket.on('error', () => end('lost'));
  socket.once('close', () => {
    clearTimeout(lateHandshake);
    pass.leave();
    end('lost');
  });

  // A server of its own, which listens nowhere: ssh2 does not say which socket a client of its server is on, and does not close it in time.
  const server = new ssh2.Server(
    {
      hostKeys: [key.openssh],
      algorithms: sshAlgorithms,
      ident: 'codecraft',
      keepaliveInterval: limits.tunnelKeepaliveMs,
      // The socket is watched for signs of life, of which answers to these are one.
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    },
    (known, { header }) => {
      connection = known;
      const instance = instanceOf(header.comments) ?? `at ${socket.remoteAddress ?? 'no address'}`;
      known.on('error', () => end('lost'));
      known.on('end', () => end('lost'));
      authenticate(known, {
        authorize: options.authorize,
        refusal: (peer) => options.refusal(peer, instance),
        onWrongKey: () => pass.wrongKey(),
        maxKeys: limits.maxKeysPerConnection,
        onFault,
        onPeer: (peer) => letIn(known, peer, instance),
      });
    },
  );
  server.injectSocket(socket);
  return { node: () => node, end };
}

/** The comment of an SSH identification (RFC 4253, section 4.2), when it can be an instance's id. */
function instanceOf(comments: string | undefined): string | undefined {
  const text = comments?.trim();
  return text !== undefined && /^[\w-]{1,64}$/.test(text) ? text : undefined;
}
