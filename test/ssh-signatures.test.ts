import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeNodeKey, readNodeKey } from '../identity/node-key.ts';
import { signText, verifyText } from '../identity/ssh-signature.ts';
import { registrationStatement } from '../identity/statements.ts';
import { challengeFor, connectNode, registerQuery } from './support/network-connection.ts';
import { newKey } from './support/node-keys.ts';
import { registryOnDisk } from './support/registry-on-disk.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const signed = { text: 'a text\n', namespace: 'node-register@network.example:4000' };

/** Signs a file as people do by hand. */
function signByHand(keyFile: string, { text, namespace }: typeof signed): string {
  const file = join(temporaryFolder(), 'statement');
  writeFileSync(file, text);
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', keyFile, '-n', namespace, file]);
  return readFileSync(`${file}.sig`, 'utf8');
}

describe('stock ssh-keygen', () => {
  test('verifies what we sign, and not when a letter differs', () => {
    const key = newKey();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'allowed'), `node ${key.publicKey.line}\n`);
    writeFileSync(join(folder, 'sig'), signText(key, signed));
    const verify = (text: string) =>
      execFileSync(
        'ssh-keygen',
        ['-Y', 'verify', '-f', 'allowed', '-I', 'node', '-n', signed.namespace, '-s', 'sig'],
        { cwd: folder, input: text, encoding: 'utf8', stdio: 'pipe' },
      );
    expect(verify(signed.text)).toContain('Good');
    expect(() => verify('another text\n')).toThrow('Command failed');
  });

  test('signs what we verify', () => {
    const file = join(temporaryFolder(), 'id_ed25519');
    const { publicKey } = makeNodeKey(file);
    expect(() => verifyText(signByHand(file, signed), signed, publicKey)).not.toThrow();
  });

  test('registers a node with a key that it has made', async () => {
    const file = join(temporaryFolder(), 'id_ed25519');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry, { key: readNodeKey(file) });
    const claim = { name: 'rome', kind: 'TRUSTED', port: 4001 };
    const challenge = await challengeFor(connection);
    const signature = signByHand(file, registrationStatement(challenge, claim));
    const input = { ...claim, challenge: challenge.id, signature };
    expect(await connection.data(registerQuery, { input })).toMatchObject({
      registerNode: { id: 'rome', approved: true },
    });
  });
});

test('an SSH signature with any byte changed is refused', () => {
  const key = newKey();
  const blob = Buffer.from(
    signText(key, signed)
      .split('\n')
      .filter((line) => !line.startsWith('-'))
      .join(''),
    'base64',
  );
  fc.assert(
    fc.property(fc.nat(blob.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(blob);
      changed.writeUInt8((changed.readUInt8(at) ^ change) & 0xff, at);
      const armored = `-----BEGIN SSH SIGNATURE-----\n${changed.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
      expect(() => verifyText(armored, signed, key.publicKey)).toThrow('Expected');
    }),
  );
});

describe('a key file', () => {
  test('with a passphrase is refused, saying how to take it off', () => {
    const file = join(temporaryFolder(), 'id');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a phrase', '-f', file]);
    expect(() => readNodeKey(file)).toThrow('ssh-keygen -p');
  });

  test('of another type is refused', () => {
    const file = join(temporaryFolder(), 'id');
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', file]);
    expect(() => readNodeKey(file)).toThrow('ed25519');
  });

  test('that is none is refused', () => {
    const file = join(temporaryFolder(), 'id');
    writeFileSync(file, 'nonsense');
    expect(() => readNodeKey(file)).toThrow(file);
  });

  test('is not written over', () => {
    const file = join(temporaryFolder(), 'id');
    makeNodeKey(file);
    expect(() => makeNodeKey(file)).toThrow('EEXIST');
  });
});
