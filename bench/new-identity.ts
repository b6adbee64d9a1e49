import ssh2 from 'ssh2';
import { type NodeCertificate, createNodeCertificate } from '../identity/node-certificate.ts';
import { type NodeKey, parseNodeKey } from '../identity/node-key.ts';

/** A node's key and certificate, of which nothing is written down. */
export async function newIdentity(): Promise<{
  readonly key: NodeKey;
  readonly certificate: NodeCertificate;
}> {
  const key = parseNodeKey(ssh2.utils.generateKeyPairSync('ed25519').private, 'a new key');
  return { key, certificate: await createNodeCertificate(key) };
}
