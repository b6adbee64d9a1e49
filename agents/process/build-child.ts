import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
// It makes of the child's program and all that it imports one file: the only one, beside QuickJS, that is to be seen from inside.
import { build } from 'esbuild';

export interface BuiltChild {
  readonly file: string;
  /** Removes it. */
  close(): Promise<void>;
}

/** The program of the processes of agents as one file in a folder of its own. */
export async function buildChild(): Promise<BuiltChild> {
  const folder = await mkdtemp(join(tmpdir(), 'codecraft-agents-'));
  const file = join(folder, 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./child.ts', import.meta.url))],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  return { file, close: () => rm(folder, { recursive: true, force: true }) };
}
