import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import { copyTree } from './copy-tree.ts';
import { type Mutant, mutants } from './mutants.ts';

const counts = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });
const root = fileURLToPath(new URL('../..', import.meta.url));

const chosen = new Command('mutants')
  .description(
    'breaks the code in a copy, one promise at a time, and looks whether the tests notice. All, or those named.',
  )
  .argument('[names...]', mutants.map(({ name }) => `"${name}"`).join(', '))
  .parse().args;
const wanted = mutants.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
for (const name of chosen.filter((one) => mutants.every((mutant) => mutant.name !== one)))
  throw new Error(`Expected the name of a mutant, got ${name}`);

// What fails without any change shows nothing.
for (const test of new Map(wanted.map((mutant) => [mutant.test.join(' '), mutant.test])).values())
  if (!passes(root, test))
    throw new Error(`Expected the code as it is to pass: npx vitest run ${test.join(' ')}`);
const survivors = wanted.filter((mutant) => !isCaught(mutant));
console.log(`${wanted.length - survivors.length} of ${wanted.length} were caught`);
process.exitCode = survivors.length > 0 ? 1 : 0;

function isCaught(mutant: Mutant): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-mutant-'));
  try {
    copyTree(root, folder);
    apply(mutant, folder);
    const caught = !passes(folder, mutant.test);
    console.log(`${caught ? pc.green('caught  ') : pc.red('survives')}  ${mutant.name} (${mutant.breaks})`);
    return caught;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function apply({ name, file, from, to }: Mutant, folder: string): void {
  const path = join(folder, file);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2)
    throw new Error(`Expected ${file} to have once what the mutant ${name} changes, got ${parts.length - 1}`);
  writeFileSync(path, parts.join(to));
}

/** Throws where it did not come to that: a test that could not even begin has noticed nothing. */
function passes(folder: string, test: readonly string[]): boolean {
  const args = ['vitest', 'run', '--reporter=json', ...test];
  const { stdout } = spawnSync('npx', args, { cwd: folder, encoding: 'utf8' });
  const { numPassedTests: passed, numFailedTests: failed } = counts.parse(JSON.parse(stdout));
  if (failed > 0) return false;
  if (passed > 0) return true;
  throw new Error(`Expected a test to run: npx vitest run ${test.join(' ')}`);
}
