import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeNodeKey } from '../identity/node-key.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

test('every key that is made can be read, one that begins with a zero as well', () => {
  const folder = temporaryFolder();
  // One in 256 does.
  const blobs = Array.from(
    { length: 1_500 },
    (_, at) => makeNodeKey(join(folder, String(at))).publicKey.blob,
  );
  expect(blobs.every(({ length }) => length === 4 + 11 + 4 + 32)).toBe(true);
});
