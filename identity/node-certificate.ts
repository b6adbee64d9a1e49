// tsyringe, which @peculiar/x509 is built on, wants this before anything else.
import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';
import type { NodeKey } from './node-key.ts';

const algorithm = { name: 'Ed25519' };

/** What TLS wants of a node: both PEM. */
export interface NodeCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * A self-signed certificate of a node's key (RFC 8410). All that anybody reads of it is the key: there is no authority, names say nothing, and it is
 * valid for ever, so that a clock that is wrong keeps nobody out.
 */
export async function createNodeCertificate({ privateKey }: NodeKey): Promise<NodeCertificate> {
  const jwk = privateKey.export({ format: 'jwk' });
  const { d: _private, ...publicJwk } = jwk;
  const keys = {
    privateKey: await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
  };
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      // Of the key alone: the same key has the same serial number.
      serialNumber: `00${createHash('sha256').update(String(jwk.x)).digest('hex').slice(0, 30)}`,
      name: 'CN=codecraft-node',
      notBefore: new Date(0),
      notAfter: new Date('9999-12-31T23:59:59Z'),
      signingAlgorithm: algorithm,
      keys,
    },
    webcrypto,
  );
  return {
    cert: certificate.toString('pem'),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}
