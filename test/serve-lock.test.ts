import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFolder } from '../subgraphs/serve/lock-folder.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

async function holdInAnotherProcess(folder: string): Promise<ChildProcess> {
  const child = fork('bin/run.js', ['test/support/hold-folder.ts', folder]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}

test('a second process on a folder is refused, with the folder and the process that has it', async () => {
  const folder = temporaryFolder();
  const child = await holdInAnotherProcess(folder);
  expect(() => lockFolder(folder)).toThrow(
    `The folder ${folder} is in use by another process (${child.pid})`,
  );
});

test('a folder whose process was killed is free at once', async () => {
  const folder = temporaryFolder();
  const child = await holdInAnotherProcess(folder);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow('in use');
  lock.release();
});

test('a folder is free again when it has been released', () => {
  const folder = join(temporaryFolder(), 'new', 'folder');
  const lock = lockFolder(folder);
  expect(existsSync(folder)).toBe(true);
  expect(() => lockFolder(folder)).toThrow(`in use by another process (${process.pid})`);
  lock.release();
  lock.release();
  lockFolder(folder).release();
});
