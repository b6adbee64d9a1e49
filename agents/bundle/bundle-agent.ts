import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
// For what consists of several files; for a single one it only finds out that it is one.
import { build, type BuildFailure, type Message, type Plugin } from 'esbuild';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { entryIn, entryNames } from './entry-in.ts';
import { stripTypes } from './strip-types.ts';

/**
 * An agent's program as it is deployed: one JavaScript module without imports, made of a file or of a folder with an `agent.ts`, `agent.js`, `index.ts` or
 * `index.js`. Its last line is a comment that says whose lines errors are to show. Throws AGENT_BAD_CODE with file and line when something cannot be
 * used: syntax, an import of a package, more than an agent's code may have.
 */
export async function bundleAgent(path: string): Promise<string> {
  const entry = findEntry(resolve(path));
  const { code, isSingle } = await bundle(entry);
  const kept = isSingle ? await keepLines(entry) : undefined;
  const whole = kept ?? code;
  const bytes = Buffer.byteLength(whole);
  if (bytes > limits.maxAgentCodeBytes)
    throw bad(`Expected a program of at most ${limits.maxAgentCodeBytes} bytes, got ${bytes}`);
  return whole;
}

function findEntry(path: string): string {
  if (!existsSync(path)) throw bad(`Expected a file or a folder, got nothing at ${path}`);
  if (!statSync(path).isDirectory()) return path;
  const entry = entryIn(path);
  if (entry === undefined) throw bad(`Expected one of ${entryNames.join(', ')} in ${path}`);
  return entry;
}

async function bundle(entry: string): Promise<{ readonly code: string; readonly isSingle: boolean }> {
  const folder = dirname(entry);
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      absWorkingDir: folder,
      outfile: join(folder, 'agent.bundle.js'),
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'neutral',
      target: 'es2023',
      charset: 'utf8',
      sourcemap: 'inline',
      sourcesContent: false,
      // What lies around on the author's disk must not change what a program means.
      tsconfigRaw: {},
      logLevel: 'silent',
      plugins: [noPackages],
    });
    const isSingle = Object.keys(metafile.inputs).length === 1;
    return { code: outputFiles[0]?.text ?? '', isSingle };
  } catch (error) {
    if (isBuildFailure(error)) throw bad(error.errors.map(describe).join('; '));
    throw error;
  }
}

const noPackages: Plugin = {
  name: 'no packages',
  setup: (bundler) =>
    bundler.onResolve({ filter: /^[^.]/ }, ({ kind, path }) =>
      kind === 'entry-point'
        ? undefined
        : { errors: [{ text: `Expected an import of a file of its own (./…), got "${path}"` }] },
    ),
};

/** Undefined where types mean something at run time (enums, namespaces), or where an import has to be left out. */
async function keepLines(entry: string): Promise<string | undefined> {
  const source = await readFile(entry, 'utf8');
  let isErasable = true;
  const code = extname(entry) === '.ts' ? await stripTypes(source, () => void (isErasable = false)) : source;
  if (!isErasable || /^\s*import\b/m.test(code)) return undefined;
  return `${code.trimEnd()}\n//# sourceURL=${encodeURI(basename(entry))}\n`;
}

function describe({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function bad(message: string): Error {
  return codedError('AGENT_BAD_CODE', message);
}
