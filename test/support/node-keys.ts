import { type NodeCertificate, createNodeCertificate } from '../../identity/node-certificate.ts';
import { type NodeKey, newNodeKey } from '../../identity/node-key.ts';

export interface Identity {
  readonly key: NodeKey;
  readonly certificate: NodeCertificate;
}

/** A new identity of a node. */
export async function newIdentity(): Promise<Identity> {
  const key = newNodeKey();
  return { key, certificate: await createNodeCertificate(key) };
}

export const newKey = newNodeKey;

/** The same two for a whole file of tests: who dials, and who is dialled unless a test says otherwise. */
export const initialIdentity = newIdentity();
export const nodeIdentity = newIdentity();
