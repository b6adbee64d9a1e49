import { invariant } from '../../wire/invariant.ts';

/**
 * Pages of 64 KiB with which an instance begins: 5 MiB of stack that hardly anybody touches, and what a small program needs. The build asks for 256;
 * V8 takes that for garbage to come, and would clean up with every third instance.
 */
export const initialPages = 96;

/** How the build imports its memory (binary format of WebAssembly, 5.5.5): a memory, with a maximum, 256 pages, 32,768 pages; numbers in LEB128. */
const memoryImport = [0x02, 0x01, 0x80, 0x02, 0x80, 0x80, 0x02] as const;
/** Imports come before all code. */
const headBytes = 4_096;

/** QuickJS (`emscripten-module.wasm` of @jitl/quickjs-wasmfile-release-sync), compiled for instances that begin with `initialPages`. */
export function compileQuickJs(build: Uint8Array): WebAssembly.Module {
  const bytes = build.slice();
  const places = [...bytes.subarray(0, headBytes).keys()].filter((at) =>
    memoryImport.every((byte, offset) => bytes[at + offset] === byte),
  );
  const [at] = places;
  invariant(at !== undefined && places.length === 1, 'QuickJS imports one memory of 256 pages');
  // In as many bytes as before.
  bytes.set([(initialPages & 0x7f) | 0x80, initialPages >> 7], at + 2);
  return new WebAssembly.Module(bytes);
}
