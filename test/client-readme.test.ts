import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { clientCodes } from '../client/request-error.ts';
import { startSmallGraphServer } from './support/small-graph-server.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Processes on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000 });

const client = fileURLToPath(new URL('../client/', import.meta.url));
const readme = readFileSync(join(client, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.+?)```/gs)].map(([, code = '']) => code);

test('every example of the README runs as it stands', async () => {
  const server = await startSmallGraphServer();
  const folder = temporaryFolder();
  const ticking = setInterval(() => server.sample(7), 50);
  const run = async (code: string, name: string) => {
    const file = join(folder, `${name}.mts`);
    writeFileSync(
      file,
      code.replaceAll("from './", `from '${client}`).replace('http://127.0.0.1:4000', server.url),
    );
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file]);
    return stdout.trim().split('\n');
  };
  try {
    const [overview = '', signIn = '', feed = '', gauge = '', ...rest] = examples;
    expect(rest).toEqual([]);
    expect(await run(overview, 'overview')).toEqual(['a 1', 'b no stats', 'missing: b']);
    expect(await run(signIn, 'sign-in')).toEqual(['stored as number 1']);
    server.publish();
    server.publish();
    expect(await run(feed, 'feed')).toEqual(['1 1', '2 2', '3 3']);
    expect(await run(gauge, 'gauge')).toEqual(['live', 'a 7']);
  } finally {
    clearInterval(ticking);
    await server.close();
  }
});

test('the README and the table of the client’s own codes say the same', () => {
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)`\s*\| (.+?)\s*\|$/gm)].map(([, code, text]) => [
    code,
    text,
  ]);
  expect(Object.fromEntries(rows)).toEqual(clientCodes);
});
