import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileQuickJs } from '../engine/compile-quickjs.ts';

/** Where the build of QuickJS is on disk. */
export function quickJsFile(): string {
  return createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
}

/** QuickJS, compiled, for engines in this process. (The engine itself knows nothing of files: in a browser it comes over the network.) */
export function readQuickJs(file = quickJsFile()): WebAssembly.Module {
  return compileQuickJs(readFileSync(file));
}
