import { createConnection } from 'node:net';
import type { GraphQLError } from 'graphql';
import ssh2, { type Client } from 'ssh2';
import type { NodeKey } from '../identity/node-key.ts';
import { describeBlob } from '../identity/public-key.ts';
import { codedError } from '../wire/coded-error.ts';
import { type Carrier, createCarrier } from './carrier.ts';
import { sshAlgorithms } from './ssh-algorithms.ts';
import type { TunnelLimits } from './tunnel-limits.ts';
import { watchSocket } from './watch-socket.ts';

export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
}

export interface ConnectSshOptions {
  readonly proxy: ProxyAddress;
  /** The fingerprints that the proxy's key may have. */
  readonly hostKeys: () => readonly string[];
  readonly key: NodeKey;
  /** Of this process; letters, digits, `_` and `-`, at most 64. */
  readonly instance: string;
  readonly limits: TunnelLimits;
  /** The proxy has let us in. */
  readonly onReady: (client: Client, carrier: Carrier) => void;
  /** Once, when the connection is gone or never came to be; nothing of it is left. */
  readonly onEnd: (fault: GraphQLError) => void;
}

/** Opens one SSH connection to a proxy; returns what ends it, for a reason that `onEnd` is then told. Reconnecting is the caller's. */
export function connectSsh(options: ConnectSshOptions): (reason: GraphQLError) => void {
  const { proxy, hostKeys, key, instance, limits, onReady, onEnd } = options;
  const where = `${proxy.host}:${proxy.port}`;
  const client = new ssh2.Client();
  const socket = createConnection({ ...proxy, noDelay: true });
  let fault: GraphQLError | undefined;

  const end = (reason: GraphQLError): void => {
    fault ??= reason;
    client.end();
    socket.destroySoon();
    const late = setTimeout(() => socket.destroy(), limits.tunnelCloseMs);
    socket.once('close', () => clearTimeout(late));
  };
  client.on('ready', () => {
    watchSocket(socket, { limits, onFault: (reason) => end(unreachable(where, reason)) });
    onReady(client, createCarrier(socket));
  });
  client.on('keyboard-interactive', (code, instructions, _language, prompts, finish) => {
    fault ??= codedError(code === 'TUNNEL_CONTESTED' ? code : 'TUNNEL_REFUSED', instructions);
    finish(prompts.map(() => ''));
  });
  client.on('error', (error) => {
    const isRefusal = 'level' in error && error.level === 'client-authentication';
    end(isRefusal ? refused(where, key) : unreachable(where, error.message, error));
  });
  client.on('end', () => end(unreachable(where, 'an end')));
  socket.once('close', () => onEnd(fault ?? unreachable(where, 'a close')));

  client.connect({
    sock: socket,
    username: 'codecraft',
    privateKey: key.openssh,
    tryKeyboard: true,
    authHandler: ['publickey', 'keyboard-interactive'],
    hostVerifier: (blob: Buffer) => {
      const { fingerprint } = describeBlob(blob);
      const isRight = hostKeys().includes(fingerprint);
      if (!isRight)
        fault ??= codedError(
          'WRONG_PEER_KEY',
          `Expected ${where} to have a key of the proxy (${hostKeys().join(', ')}), got ${fingerprint}`,
        );
      return isRight;
    },
    algorithms: sshAlgorithms,
    readyTimeout: limits.tunnelHandshakeMs,
    keepaliveInterval: limits.tunnelKeepaliveMs,
    // The socket is watched for signs of life, of which answers to these are one.
    keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    ident: `codecraft ${instance}`,
  });
  return end;
}

function unreachable(where: string, what: string, cause?: Error): GraphQLError {
  return codedError('NODE_UNREACHABLE', `Expected an SSH connection to ${where}, got ${what}`, { cause });
}

function refused(where: string, { publicKey }: NodeKey): GraphQLError {
  return codedError(
    'TUNNEL_REFUSED',
    `Expected ${where} to let the key ${publicKey.fingerprint} in, got a refusal`,
  );
}
