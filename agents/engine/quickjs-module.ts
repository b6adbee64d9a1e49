// A variant that is one file of WebAssembly, runs synchronously, and takes its memory from outside.
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSContext } from 'quickjs-emscripten-core';
import { invariant } from '../../wire/invariant.ts';
import { initialPages } from './compile-quickjs.ts';
import { withQuickText } from './quick-text.ts';
import type { QuickJsMemory } from './ready-quickjs.ts';

export interface QuickJsModuleOptions {
  /** From `compileQuickJs`. */
  readonly wasm: WebAssembly.Module;
  /** The most that its memory can ever grow to: the only limit that QuickJS cannot get past. */
  readonly maxMemoryBytes: number;
  /** What `Date` shows in it, in ms since 1970. */
  readonly clock: () => number;
  /** Called once it is loaded, before a runtime and a context are made in it. */
  readonly onLoaded: (module: QuickJsMemory) => void;
}

/** Its types say that it is a CommonJS module, and Node and esbuild take the other one that it has. */
const syncVariant = 'default' in variant ? variant.default : variant;
/** Looked up once, and not for every instance. */
const importFFI = once(() => syncVariant.importFFI());
const importLoader = once(async () => loaderIn(await syncVariant.importModuleLoader()));
const pageBytes = 65_536;

/**
 * QuickJS in a WebAssembly instance and a memory of its own, so that nothing is shared with any other. The world outside is a clock that shows what
 * it is told, in UTC. Nothing has to be closed: it is gone when nobody refers to it.
 */
export async function openQuickJsModule(options: QuickJsModuleOptions): Promise<QuickJSContext> {
  const memory = new WebAssembly.Memory({
    initial: initialPages,
    maximum: Math.max(initialPages, Math.floor(options.maxMemoryBytes / pageBytes)),
  });
  const emscriptenModule = {
    instantiateWasm: (imports: WebAssembly.Imports, onSuccess: (instance: WebAssembly.Instance) => void) => {
      replaceClock(imports, memory, options.clock);
      const instance = new WebAssembly.Instance(options.wasm, imports);
      onSuccess(instance);
      return instance.exports;
    },
    // It would write to the console how a program has brought it down.
    printErr: () => {},
  };
  const load = await importLoader();
  const importModuleLoader = async () => async (given: Parameters<typeof load>[0]) => {
    const module = withQuickText(await load(given));
    options.onLoaded(module);
    return module;
  };
  const module = await newQuickJSWASMModuleFromVariant(
    newVariant({ ...syncVariant, importFFI, importModuleLoader }, { wasmMemory: memory, emscriptenModule }),
  );
  return module.newContext();
}

/**
 * The imports have names of one letter, which another build may give otherwise; so they are known by what they do. That each is there exactly once
 * is checked, since a clock that is not replaced would make runs impossible to repeat.
 */
function replaceClock(imports: WebAssembly.Imports, memory: WebAssembly.Memory, clock: () => number): void {
  const functions = imports['a'];
  invariant(functions !== undefined, 'QuickJS imports a module named a');
  const replace = (sign: string, replacement: (...args: never[]) => unknown): void => {
    const names = Object.keys(functions).filter((name) => {
      const value = functions[name];
      return typeof value === 'function' && String(value).includes(sign);
    });
    const [name] = names;
    invariant(name !== undefined && names.length === 1, `QuickJS imports one function with ${sign}`);
    functions[name] = replacement;
  };
  replace('Date.now()', clock);
  replace('.getSeconds()', (seconds: bigint, to: number) => {
    const date = new Date(Number(seconds) * 1_000);
    const midnight = Date.UTC(date.getUTCFullYear(), 0, 1);
    // `struct tm`, then seconds east of Greenwich.
    new Int32Array(memory.buffer, to, 10).set([
      date.getUTCSeconds(),
      date.getUTCMinutes(),
      date.getUTCHours(),
      date.getUTCDate(),
      date.getUTCMonth(),
      date.getUTCFullYear() - 1_900,
      date.getUTCDay(),
      Math.floor((date.getTime() - midnight) / 86_400_000),
      0,
      0,
    ]);
  });
  replace('UTC$', (timezone: number, daylight: number, standardName: number, daylightName: number) => {
    const words = new Int32Array(memory.buffer);
    words[timezone >> 2] = 0;
    words[daylight >> 2] = 0;
    const bytes = new Uint8Array(memory.buffer);
    for (const name of [standardName, daylightName]) bytes.set([85, 84, 67, 0], name);
  });
}

/** How much is wrapped around it depends on who has loaded the file. */
function loaderIn(imported: Awaited<ReturnType<typeof syncVariant.importModuleLoader>>) {
  if (typeof imported === 'function') return imported;
  return typeof imported.default === 'function' ? imported.default : imported.default.default;
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= find());
}
