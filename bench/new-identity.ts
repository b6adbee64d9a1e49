import { type NodeCertificate, createNodeCertificate } from '../identity/node-certificate.ts';
import { type NodeKey, newNodeKey } from '../identity/node-key.ts';

/** A node's key and certificate, of which nothing is written down. */
export async function newIdentity(): Promise<{
  readonly key: NodeKey;
  readonly certificate: NodeCertificate;
}> {
  const key = newNodeKey();
  return { key, certificate: await createNodeCertificate(key) };
}
