import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the processes whose logs stand below `folder` have to say of faults of their own, a line each. */
export function readOwnFaults(folder: string): readonly string[] {
  const logs = join(folder, 'logs');
  return readdirSync(logs).flatMap((file) =>
    readFileSync(join(logs, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes('a fault of ours'))
      .map((line) => `${file}: ${line}`),
  );
}
