import { type KeyObject, createHash, createPublicKey } from 'node:crypto';
import ssh2 from 'ssh2';
import { codedError } from '../wire/coded-error.ts';

/** A key line has 80 characters and a comment. */
const maxKeyLength = 1_000;
const type = 'ssh-ed25519';

/** An ed25519 key by which a node is known. */
export interface PublicKey {
  /** As in an authorized_keys file, without the comment. */
  readonly line: string;
  /** As `ssh-keygen -l` prints it: `SHA256:…`. */
  readonly fingerprint: string;
  /** The wire form of RFC 8709: what SSH signatures and host keys carry. */
  readonly blob: Buffer;
}

/** Reads an OpenSSH public key line; BAD_USER_INPUT when it is not one of an ed25519 key. */
export function parsePublicKey(text: string): PublicKey {
  const [kind, base64] = text.trim().split(/\s+/);
  // Only the key itself is given on: the parser would take options, certificates and private keys as well.
  const key = text.length <= maxKeyLength ? ssh2.utils.parseKey(`${kind} ${base64}`) : undefined;
  if (!key || key instanceof Error || key.type !== type || kind !== type) {
    throw codedError(
      'BAD_USER_INPUT',
      'Expected publicKey to be an ed25519 key as in ~/.ssh/id_ed25519.pub ("ssh-ed25519 AAAA…")',
    );
  }
  return describeBlob(key.getPublicSSH());
}

/** The same key in the form in which SSH knows it. Throws for one that is not ed25519. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const { kty, crv, x } = key.export({ format: 'jwk' });
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) {
    throw codedError('BAD_USER_INPUT', `Expected an ed25519 key, got ${crv ?? kty ?? 'none'}`);
  }
  return describeBlob(Buffer.concat([sshString(Buffer.from(type)), sshString(Buffer.from(x, 'base64url'))]));
}

/** For `node:crypto`. */
export function toKeyObject({ blob }: PublicKey): KeyObject {
  // The last 32 bytes are the key, by RFC 8709.
  const x = blob.subarray(-32).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** Bytes with their length before them (RFC 4251, section 5). */
export function sshString(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The key that SSH has in this form, which must be an ed25519 one. */
export function describeBlob(blob: Buffer): PublicKey {
  return {
    line: `${type} ${blob.toString('base64')}`,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    blob,
  };
}
