import { type KeyObject, createPrivateKey, createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import ssh2 from 'ssh2';
import { type PublicKey, publicKeyOf } from './public-key.ts';

/** The pair of keys that is a node's identity: it signs its registration, opens its tunnel, and makes the certificate of its links. */
export interface NodeKey {
  readonly publicKey: PublicKey;
  readonly privateKey: KeyObject;
  /** The private key as OpenSSH writes it, which is how ssh2 takes it. */
  readonly openssh: string;
}

/** Reads the OpenSSH private key in `file`. Throws an Error that says what is wrong with it and how to mend that. */
export function readNodeKey(file: string): NodeKey {
  return parseNodeKey(readFileSync(file, 'utf8'), file);
}

/** As `readNodeKey`; `file` is for what it throws. */
function parseNodeKey(openssh: string, file: string): NodeKey {
  const parsed = ssh2.utils.parseKey(openssh);
  if (parsed instanceof Error) {
    const hint = /encrypted/i.test(parsed.message)
      ? `It has a passphrase, which nobody would type at a restart: take it off a copy (ssh-keygen -p -f COPY).`
      : 'Make one: codecraft keygen, or ssh-keygen -t ed25519.';
    throw new Error(`${file}: expected an OpenSSH private key (${parsed.message}). ${hint}`, {
      cause: parsed,
    });
  }
  if (parsed.type !== 'ssh-ed25519') {
    throw new Error(`${file}: expected an ed25519 key, got ${parsed.type}. Make one: ssh-keygen -t ed25519.`);
  }
  const privateKey = createPrivateKey(parsed.getPrivatePEM());
  return { publicKey: publicKeyOf(createPublicKey(privateKey)), privateKey, openssh };
}

/** Makes a pair as OpenSSH writes it: `file`, which only its owner reads, and `file`.pub. Throws when there is one already. */
export function makeNodeKey(file: string, comment = 'codecraft'): NodeKey {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const pair = makePair(comment);
  writeFileSync(file, `${pair.private.trimEnd()}\n`, { mode: 0o600, flag: 'wx' });
  writeFileSync(`${file}.pub`, `${pair.public.trimEnd()}\n`);
  return readNodeKey(file);
}

/** A pair of which nothing is written down. */
export function newNodeKey(): NodeKey {
  return parseNodeKey(makePair('').private, 'a new key');
}

/** As `readNodeKey`; one is made where there is none. */
export function loadNodeKey(file: string): NodeKey {
  return existsSync(file) ? readNodeKey(file) : makeNodeKey(file);
}

/** One in 256 pairs of ssh2's lacks a byte (its public half begins with a zero) and cannot be read by anybody. */
function makePair(comment: string): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
