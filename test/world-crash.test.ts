import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { at, openWorld } from './support/open-world.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = 'entities/developers/alice/npc/guide.json';

/** Kills a process that counts in the entity as soon as it has acknowledged `count`; gives the highest number acknowledged. */
async function countUntilKilled(folder: string, count: number): Promise<number> {
  const child = fork(new URL('support/write-until-killed.ts', import.meta.url), [folder], {
    execArgv: ['--import', 'tsx'],
  });
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
    const first = await openWorld({ folder });
    first.save(path, '{ "count": 0 }');
    await first.close();
    for (const count of [2, 17]) {
      const acknowledged = await countUntilKilled(folder, count);
      const inFile: unknown = JSON.parse(readFileSync(join(folder, path), 'utf8'));
      expect(at(inFile, 'count')).toBeGreaterThanOrEqual(acknowledged);
      const world = await openWorld({ folder });
      expect(await world.ask('{ brokenFiles { path } entity(id: "main/alice/npc/guide") { data } }')).toEqual(
        {
          brokenFiles: [],
          entity: { data: inFile },
        },
      );
      await world.close();
    }
  },
);
