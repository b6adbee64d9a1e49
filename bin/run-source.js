import * as modules from 'node:module';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.js';

/**
 * Runs a TypeScript file of this project in this process: as a bundle, or transpiled file by file where none can be stored.
 * @param {string} entry path of the file
 */
export async function runSource(entry) {
  process.setSourceMapsEnabled(true);
  // From Node 22 on, what V8 compiled is kept for the next start.
  modules.enableCompileCache?.();
  await import(await urlOf(entry));
}

/** @param {string} entry */
async function urlOf(entry) {
  try {
    return await bundle(entry);
  } catch (error) {
    // What comes of the system says that nothing can be stored here; what comes of esbuild, that the sources are wrong.
    if (error.syscall === undefined) throw error;
    const { register } = await import('tsx/esm/api');
    register();
    return pathToFileURL(entry).href;
  }
}
