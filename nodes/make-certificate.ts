// x509 resolves its parts with it, and wants it first.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { PeopleTls } from './read-people-tls.ts';

/** What browsers take at most is 398. */
const validDays = 365;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Makes a key and a certificate signed by itself, for these host names and addresses: enough for development, trusted by nobody. */
export async function makeCertificate(
  hosts: readonly string[],
  { now = Date.now }: { readonly now?: () => number } = {},
): Promise<PeopleTls> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = hosts.map((host): JsonGeneralName => ({ type: isIP(host) ? 'ip' : 'dns', value: host }));
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // A serial number is positive.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: `CN=CodeCraft development`,
    // A clock that is behind would not take it yet.
    notBefore: new Date(now() - 24 * 3_600_000),
    notAfter: new Date(now() + validDays * 24 * 3_600_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      // So that it can be given to clients as the authority to trust.
      new BasicConstraintsExtension(true, 0, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names),
    ],
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}
