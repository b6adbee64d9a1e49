import { utils } from 'ssh2';
import { type NodeCertificate, createNodeCertificate } from '../../identity/node-certificate.ts';
import { type NodeKey, parseNodeKey } from '../../identity/node-key.ts';

export interface Identity {
  readonly key: NodeKey;
  readonly certificate: NodeCertificate;
}

/** A new identity of a node. */
export async function newIdentity(): Promise<Identity> {
  const key = newKey();
  return { key, certificate: await createNodeCertificate(key) };
}

export function newKey(): NodeKey {
  return parseNodeKey(utils.generateKeyPairSync('ed25519').private, 'a key of this test');
}

/** The same two for a whole file of tests: who dials, and who is dialled unless a test says otherwise. */
export const initialIdentity = newIdentity();
export const nodeIdentity = newIdentity();
