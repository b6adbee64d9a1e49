import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { at, openWorld } from './support/open-world.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = 'entities/developers/alice/npc/guide.json';

/** Kills a process that counts in the entity as soon as it has acknowledged `count`; gives the highest number acknowledged. */
async function countUntilKilled(folder: string, count: number): Promise<number> {
  const child = fork('bin/run.js', ['test/support/write-until-killed.ts', folder], {});
  onTestFinished(() => void child.kill('SIGKILL'));
  let acknowledged = 0;
  child.on('message', (message) => {
    acknowledged = Number(message);
    if (acknowledged === count) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

test(
  'a process killed while it writes loses nothing that it acknowledged and leaves no file half written',
  { timeout: 60_000 },
  async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), '{ "count": 0 }');
    const acknowledged = await countUntilKilled(folder, 17);
    const inFile: unknown = JSON.parse(readFileSync(join(folder, path), 'utf8'));
    expect(at(inFile, 'count')).toBeGreaterThanOrEqual(acknowledged);
    const { ask } = await openWorld({ folder });
    expect(await ask('{ brokenFiles { path } entity(id: "main/alice/npc/guide") { data } }')).toEqual({
      brokenFiles: [],
      entity: { data: inFile },
    });
  },
);

const namespaceTool = 'unshare';
/** In a user namespace of its own, where the limit is its own too. */
const withFewWatches = 'echo 20 > /proc/sys/user/max_inotify_watches && exec "$@"';
const canLimitWatches =
  spawnSync(namespaceTool, ['-Ur', 'sh', '-c', withFewWatches, 'sh', 'true'], { stdio: 'ignore' }).status ===
  0;

test.skipIf(!canLimitWatches)(
  'a saved file is found also where the system gives too few file watches, and the log says what to raise',
  { timeout: 60_000 },
  () => {
    const folder = temporaryFolder();
    const items = 'entities/shared/item';
    mkdirSync(join(folder, items), { recursive: true });
    for (let i = 0; i < 50; i += 1) writeFileSync(join(folder, items, `i${i}.json`), '{}');
    const script = fileURLToPath(new URL('support/watch-with-few-watches.ts', import.meta.url));
    const program = [process.execPath, 'bin/run.js', script, folder, `${items}/new.json`];
    const log = execFileSync(namespaceTool, ['-Ur', 'sh', '-c', withFewWatches, 'sh', ...program], {
      encoding: 'utf8',
    });
    expect(log).toContain('fs.inotify.max_user_watches');
  },
);
