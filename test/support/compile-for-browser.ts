import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Writes modules of ours, and what they import, as plain JavaScript that a browser loads as it is: types left out, `.ts` turned into `.js`, no
 * bundler. Paths are those below the checkout, in `folder`.
 */
export async function compileForBrowser(modules: readonly string[], folder: string): Promise<void> {
  const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
  const options = {
    '--outDir': folder,
    '--rootDir': root,
    '--noEmit': 'false',
    '--target': 'es2023',
    '--module': 'nodenext',
    '--types': 'node',
  };
  const flags = ['--ignoreConfig', '--rewriteRelativeImportExtensions', '--verbatimModuleSyntax'];
  await promisify(execFile)(
    process.execPath,
    [tsc, ...flags, ...Object.entries(options).flat(), ...modules],
    { cwd: root },
  );
}
