import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('keep-synced.c', import.meta.url));

/** Compiles what makes syncing visible, into that folder. @returns the environment of processes whose power can be cut */
export function buildSyncKeeper(folder: string): Readonly<Record<string, string>> {
  const library = join(folder, 'keep-synced.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  return { LD_PRELOAD: library };
}

/** Before a process starts on this database: all that is there is on the disk. */
export function markSynced(database: string): void {
  const log = `${database}-wal`;
  if (existsSync(log)) copyFileSync(log, `${log}.synced`);
  else rmSync(`${log}.synced`, { force: true });
}

/** After its process has been killed: what had been written and not synced is lost, as `kill -9` alone never loses anything. */
export function losePower(database: string): void {
  const log = `${database}-wal`;
  rmSync(log, { force: true });
  rmSync(`${database}-shm`, { force: true });
  if (existsSync(`${log}.synced`)) renameSync(`${log}.synced`, log);
}
