import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.ts';

const run = promisify(execFile);
const packages = ['esbuild', 'tsx', 'picocolors'];

/** A project of two files with our way of running them, and the packages that this takes. */
function smallProject(): string {
  const folder = temporaryFolder();
  cpSync('bin', join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of packages) symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  write(
    folder,
    'main.ts',
    `import { word } from './word.ts';\nconsole.log(word, import.meta.url, process.argv[2]);\n`,
  );
  write(folder, 'word.ts', `export const word: string = 'first';\n`);
  return folder;
}

/** As it was written a while ago. */
function write(folder: string, name: string, text: string, secondsAgo = 60): void {
  writeFileSync(join(folder, name), text);
  const at = Date.now() / 1_000 - secondsAgo;
  utimesSync(join(folder, name), at, at);
}

async function runIn(folder: string): Promise<string> {
  const { stdout } = await run(process.execPath, [
    join(folder, 'bin/run.js'),
    join(folder, 'main.ts'),
    'hello',
  ]);
  return stdout.trim();
}

test('a source runs with its arguments and from its own place, and anew when a file that it imports has changed', async () => {
  const folder = smallProject();
  const url = `file://${folder}/main.ts`;
  expect(await runIn(folder)).toBe(`first ${url} hello`);
  expect(await runIn(folder)).toBe(`first ${url} hello`);
  write(folder, 'word.ts', `export const word: string = 'later';\n`, 30);
  expect(await runIn(folder)).toBe(`later ${url} hello`);
});

test('what was bundled is used again, and not when it was made elsewhere', async () => {
  const folder = smallProject();
  await runIn(folder);
  const cache = join(folder, 'node_modules/.cache/codecraft');
  write(cache, 'main.mjs', `console.log('from the cache')`);
  expect(await runIn(folder)).toBe('from the cache');
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  expect(await runIn(copy)).toContain('first');
});

test('an error shows the line of the source', async () => {
  const folder = smallProject();
  write(
    folder,
    'word.ts',
    `interface Gone {\n  readonly a: string;\n}\nexport const word = Object(undefined).a.b;\n`,
  );
  await expect(runIn(folder)).rejects.toThrow(`${folder}/word.ts:4:`);
});

test('a source that cannot be read is refused with its file and line', async () => {
  const folder = smallProject();
  write(folder, 'word.ts', 'export const = 1;\n');
  await expect(runIn(folder)).rejects.toThrow('word.ts:1:');
});

test('a project in a folder that cannot be written runs all the same', async () => {
  const folder = smallProject();
  const { stdout } = await run(
    'bwrap',
    `--ro-bind / / --dev /dev --proc /proc ${process.execPath} ${folder}/bin/run.js ${folder}/main.ts hello`.split(
      ' ',
    ),
  );
  expect(stdout.trim()).toBe(`first file://${folder}/main.ts hello`);
  expect(readdirSync(join(folder, 'node_modules'))).toEqual(packages.toSorted());
});
