import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const cache = join(root, 'node_modules/.cache/codecraft');

/**
 * A TypeScript file of this project with all of the project's files that it imports, as a few modules: the URL of the first. They are made anew whenever
 * one of those files has changed, which takes a second; transpiling hundreds of files one by one at each start takes several. Packages stay where they are.
 * Rejects when it cannot be built or stored.
 * @param {string} entry path of the file
 * @returns {Promise<string>}
 */
export async function bundle(entry) {
  const file = join(cache, relative(root, resolve(entry)).replaceAll(sep, '-').replace(/\.ts$/, '.mjs'));
  if (!isFresh(file)) await build(entry, file);
  return pathToFileURL(file).href;
}

/** @param {string} file */
function isFresh(file) {
  try {
    const made = JSON.parse(readFileSync(`${file}.json`, 'utf8'));
    return (
      made.root === root &&
      made.node === process.version &&
      made.inputs.every(
        ([/** @type {string} */ input, /** @type {string} */ stamp]) => stampOf(input) === stamp,
      )
    );
  } catch {
    return false;
  }
}

/** @param {string} input */
function stampOf(input) {
  const { mtimeMs, size } = statSync(join(root, input));
  return `${mtimeMs} ${size}`;
}

/** @param {string} entry @param {string} file */
async function build(entry, file) {
  const esbuild = await import('esbuild');
  // Before it is read: what is changed while this goes on is to be seen as changed.
  const startedAt = Date.now();
  const { metafile, outputFiles } = await esbuild.build({
    entryPoints: [{ in: entry, out: basename(file, '.mjs') }],
    absWorkingDir: root,
    outdir: cache,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported later is loaded later. A part is named by what is in it, so that those of before stay for who still runs.
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [ownUrls],
  });
  // It would stay as a process beside this one.
  await esbuild.stop();
  mkdirSync(cache, { recursive: true });
  // The first one last: it may be imported as soon as it is there.
  const isFirst = (/** @type {{ path: string }} */ { path }) => path === file;
  for (const output of outputFiles.filter((each) => !isFirst(each))) replace(output.path, output.contents);
  for (const output of outputFiles.filter(isFirst)) replace(output.path, output.contents);
  const inputs = [...Object.keys(metafile.inputs), 'bin/bundle.js'].map((input) => [input, stampOf(input)]);
  if (inputs.every(([, stamp = '']) => Number.parseFloat(stamp) < startedAt))
    replace(`${file}.json`, JSON.stringify({ root, node: process.version, inputs }));
}

/** In one step, as several processes may start at once. @param {string} path @param {string | Uint8Array} contents */
function replace(path, contents) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** Files beside a source are found from there, wherever the bundle lies. @type {import('esbuild').Plugin} */
const ownUrls = {
  name: 'own urls',
  setup: (bundler) =>
    bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
    })),
};
