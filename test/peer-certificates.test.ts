// tsyringe, which @peculiar/x509 is built on, wants this before anything else.
import 'reflect-metadata';
import { once } from 'node:events';
import { type KeyObject, KeyObject as Keys, webcrypto } from 'node:crypto';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { X509CertificateGenerator } from '@peculiar/x509';
import { createNodeCertificate } from '../identity/node-certificate.ts';
import { newNodeKey } from '../identity/node-key.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LINK_PROTOCOL } from '../wire/link-vocabulary.ts';
import { openConnection } from '../wire/open-connection.ts';
import { startNetwork } from './support/start-network.ts';

const algorithms = {
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ed25519: { name: 'Ed25519' },
} as const;

/** A self-signed certificate of a new key, or of the given ed25519 key. */
async function certificateOf(
  kind: keyof typeof algorithms,
  options: { readonly privateKey?: KeyObject; readonly notAfter?: Date } = {},
) {
  const signingAlgorithm = algorithms[kind];
  const keys = options.privateKey
    ? await importPair(options.privateKey)
    : ((await webcrypto.subtle.generateKey(signingAlgorithm, true, [
        'sign',
        'verify',
      ])) as webcrypto.CryptoKeyPair);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=codecraft-node',
      notBefore: new Date(0),
      notAfter: options.notAfter ?? new Date('9999-12-31T23:59:59Z'),
      signingAlgorithm,
      keys,
    },
    webcrypto,
  );
  const key = Keys.from(keys.privateKey).export({ format: 'pem', type: 'pkcs8' }).toString();
  return { cert: certificate.toString('pem'), key };
}

async function importPair(privateKey: KeyObject): Promise<webcrypto.CryptoKeyPair> {
  const jwk = privateKey.export({ format: 'jwk' });
  const { d: _private, ...publicJwk } = jwk;
  const name = algorithms.ed25519;
  return {
    privateKey: await webcrypto.subtle.importKey('jwk', jwk, name, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', publicJwk, name, true, ['verify']),
  };
}

/** How a WebSocket on a path ends, or `let in`, for whoever comes with this. */
function come(port: number, path: string, options: ConnectionOptions): Promise<string> {
  const dial = async () => {
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      servername: '',
      ALPNProtocols: [LINK_PROTOCOL],
      rejectUnauthorized: false,
      ...options,
    });
    await once(socket, 'secureConnect');
    return socket;
  };
  return new Promise((resolve) => {
    const connection = openConnection({
      dial,
      path,
      maxMessageBytes: 1_000_000,
      onOpen: () => resolve('let in'),
      onClose: ({ code, reason }) => resolve(`${code} ${reason}`),
    });
    onTestFinished(() => connection.close(1000, 'Done'));
  });
}

describe('a peer', () => {
  test('is nobody without a certificate, or by one of another kind of key, at every door', async () => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    const doors = [
      [network.port, '/network'],
      [Number(new URL(harbour.url).port), '/link'],
    ] as const;
    for (const [port, path] of doors) {
      for (const options of [{}, await certificateOf('rsa'), await certificateOf('ecdsa')])
        expect(await come(port, path, options)).toMatch(/^4403 /);
      expect(await come(port, '/elsewhere', await certificateOf('ed25519'))).toMatch(/^1006 /);
    }
    // Anybody may ask to join; a link is for members.
    expect(await come(network.port, '/network', await certificateOf('ed25519'))).toBe('let in');
    expect(await come(Number(new URL(harbour.url).port), '/link', await certificateOf('ed25519'))).toMatch(
      /^4403 /,
    );
  });

  test('is known by its key, whatever its certificate says of time', async () => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    const port = Number(new URL(harbour.url).port);
    const { privateKey } = network.keyOf('initial');
    const old = await certificateOf('ed25519', { privateKey, notAfter: new Date('2001-01-01') });
    expect(await come(port, '/link', old)).toBe('let in');
  });

  test.each(['TLSv1.2', 'TLSv1.1'] as const)('does not come by %s', async (version) => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    const certificate = await createNodeCertificate(newNodeKey());
    const old = { ...certificate, minVersion: 'TLSv1' as const, maxVersion: version };
    expect(await come(network.port, '/network', old)).toMatch(/^1006 .*(protocol|version|alert)/i);
    const port = Number(new URL(harbour.url).port);
    expect(await come(port, '/link', old)).toMatch(/^1006 .*(protocol|version|alert)/i);
  });
});
