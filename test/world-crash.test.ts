import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
