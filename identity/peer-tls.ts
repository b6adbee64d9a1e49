import type { Duplex } from 'node:stream';
import { TLSSocket, connect } from 'node:tls';
import { LINK_PROTOCOL } from '../wire/link-vocabulary.ts';
import type { NodeCertificate } from './node-certificate.ts';
import { type PublicKey, publicKeyOf } from './public-key.ts';

/**
 * How nodes talk TLS, whichever of them began. Certificates are not checked against any authority or clock: each side compares the peer's key with the
 * one that it knows, which is all that a certificate says here.
 */
export function peerTls({ cert, key }: NodeCertificate) {
  return {
    cert,
    key,
    minVersion: 'TLSv1.3',
    ALPNProtocols: [LINK_PROTOCOL],
    rejectUnauthorized: false,
  } as const;
}

/** The key that the other end of a connection has proved to have; undefined when it is no TLS connection, or has shown no key of ours. */
export function peerKeyOf(socket: Duplex): PublicKey | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  try {
    return certificate && publicKeyOf(certificate.publicKey);
  } catch {
    // An RSA key, say: nobody's here.
    return undefined;
  }
}

export interface SecureOptions {
  readonly certificate: NodeCertificate;
  /** Whether this is the key that must be at the other end; what it throws is why the connection fails. */
  readonly accepts: (key: PublicKey) => boolean;
  readonly timeoutMs: number;
}

/**
 * Makes a link's connection of a stream to another node. Nothing but the handshake is sent before its key has been compared. Rejects, and
 * destroys the stream, when that is not the right one or takes too long.
 */
export function secure(
  stream: Duplex,
  { certificate, accepts, timeoutMs }: SecureOptions,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // An empty name: there is none to send, and Node would send its own guess.
    const socket = connect({ socket: stream, ...peerTls(certificate), servername: '' });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      stream.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error(`No handshake in ${timeoutMs} ms`)), timeoutMs);
    const closed = (): void => fail(new Error('It hung up during the handshake'));
    socket.on('error', fail);
    socket.once('close', closed);
    socket.once('secureConnect', () => {
      try {
        const key = peerKeyOf(socket);
        if (!key || !accepts(key)) throw new WrongKeyError(key);
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      clearTimeout(timer);
      socket.off('close', closed);
      resolve(socket);
    });
  });
}

/** Somebody else answers at the address. */
class WrongKeyError extends Error {
  override readonly name = 'WrongKeyError';

  constructor(key: PublicKey | undefined) {
    super(`Another key answers there: ${key?.fingerprint ?? 'none of ed25519'}`);
  }
}
