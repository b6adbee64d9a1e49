import { createHash, sign, verify } from 'node:crypto';
import { codedError } from '../wire/coded-error.ts';
import type { NodeKey } from './node-key.ts';
import { type PublicKey, sshString, toKeyObject } from './public-key.ts';

/** What is signed, and what for: a signature for one namespace is good for no other. */
export interface SignedText {
  readonly text: string;
  readonly namespace: string;
}

const magic = Buffer.from('SSHSIG');
const version = 1;
const begin = '-----BEGIN SSH SIGNATURE-----';
const end = '-----END SSH SIGNATURE-----';
/** One of ours has 300 characters; a namespace may be longer than ours. */
const maxArmoredLength = 4_096;

/** Signs as `ssh-keygen -Y sign -n NAMESPACE` does (OpenSSH's PROTOCOL.sshsig), armored. */
export function signText({ privateKey, publicKey }: NodeKey, signed: SignedText): string {
  const signature = sign(null, toBeSigned(signed, 'sha512'), privateKey);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(version);
  const blob = Buffer.concat([
    magic,
    header,
    ...[
      publicKey.blob,
      Buffer.from(signed.namespace),
      Buffer.alloc(0),
      Buffer.from('sha512'),
      Buffer.concat([sshString(Buffer.from('ssh-ed25519')), sshString(signature)]),
    ].map(sshString),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return [begin, ...lines, end, ''].join('\n');
}

/** Throws BAD_SIGNATURE, saying what is wrong, unless `key` has signed this text for this namespace. */
export function verifyText(armored: string, signed: SignedText, key: PublicKey): void {
  const parsed = parse(armored);
  if (!parsed.publicKey.equals(key.blob)) throw bad(`a signature by the key ${key.fingerprint}`);
  if (parsed.namespace !== signed.namespace) {
    throw bad(`the namespace ${signed.namespace}, got ${JSON.stringify(parsed.namespace.slice(0, 100))}`);
  }
  if (!verify(null, toBeSigned(signed, parsed.hash), toKeyObject(key), parsed.signature)) {
    throw bad('a signature of exactly the text that was to be signed');
  }
}

function toBeSigned({ text, namespace }: SignedText, hash: string): Buffer {
  const parts = [
    Buffer.from(namespace),
    Buffer.alloc(0),
    Buffer.from(hash),
    createHash(hash).update(text).digest(),
  ];
  return Buffer.concat([magic, ...parts.map(sshString)]);
}

function parse(armored: string) {
  const text = armored.length <= maxArmoredLength ? armored.trim() : '';
  if (!text.startsWith(begin) || !text.endsWith(end)) throw bad('an armored SSH signature');
  const blob = Buffer.from(text.slice(begin.length, -end.length), 'base64');
  if (!blob.subarray(0, magic.length).equals(magic)) throw bad('an SSH signature');
  if (blob.length < magic.length + 4 || blob.readUInt32BE(magic.length) !== version) {
    throw bad(`version ${version} of SSH signatures`);
  }
  const [publicKey, namespace, , hash, signature, ...rest] = strings(blob.subarray(magic.length + 4));
  if (!publicKey || !namespace || !hash || !signature || rest.length > 0) throw bad('a whole SSH signature');
  const algorithm = hash.toString();
  if (algorithm !== 'sha512' && algorithm !== 'sha256') throw bad('a hash by sha512 or sha256');
  const [type, value, ...more] = strings(signature);
  if (type?.toString() !== 'ssh-ed25519' || value?.length !== 64 || more.length > 0) {
    throw bad('an ed25519 signature');
  }
  return { publicKey, namespace: namespace.toString(), hash: algorithm, signature: value };
}

/** Strings of RFC 4251, one after the other to the end. */
function strings(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : Infinity;
    if (at + 4 + length > bytes.length) throw bad('a whole SSH signature');
    found.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function bad(expected: string) {
  return codedError('BAD_SIGNATURE', `Expected ${expected}`);
}
