import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';
import { codedError } from '../../wire/coded-error.ts';

/** A key line has 80 characters and a comment. */
const maxKeyLength = 1_000;

export interface PublicKey {
  /** As in an authorized_keys file, without the comment. */
  readonly line: string;
  /** As `ssh-keygen -l` prints it: `SHA256:…`. */
  readonly fingerprint: string;
}

/** Reads an OpenSSH public key line; BAD_USER_INPUT when it is not one of an ed25519 key. */
export function parsePublicKey(text: string): PublicKey {
  const [type, base64] = text.trim().split(/\s+/);
  // Only the key itself is given on: the parser would take options, certificates and private keys as well.
  const key = text.length <= maxKeyLength ? ssh2.utils.parseKey(`${type} ${base64}`) : undefined;
  if (!key || key instanceof Error || key.type !== 'ssh-ed25519' || type !== 'ssh-ed25519') {
    throw codedError(
      'BAD_USER_INPUT',
      'Expected publicKey to be an ed25519 key as in ~/.ssh/id_ed25519.pub ("ssh-ed25519 AAAA…")',
    );
  }
  const blob = key.getPublicSSH();
  return {
    line: `ssh-ed25519 ${blob.toString('base64')}`,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  };
}
