import type { QuickJSContext } from 'quickjs-emscripten-core';
import { invariant } from '../../wire/invariant.ts';
import { openQuickJsModule, type QuickJsModuleOptions } from './quickjs-module.ts';

/** A module as it has been loaded; its functions that make a runtime and a context are properties of it, by their names. */
export interface QuickJsMemory {
  readonly HEAPU8: Uint8Array;
}

type OpenOptions = Omit<QuickJsModuleOptions, 'onLoaded'>;

/** Opens instances that have a runtime, a context, and what was made in that before. */
export type OpenReady = (options: OpenOptions) => Promise<QuickJSContext>;

interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** In which pieces memory is compared: a page of the operating system, which a copy touches as a whole. */
const pieceBytes = 4_096;
const [makeRuntime, makeContext] = ['_QTS_NewRuntime', '_QTS_NewContext'] as const;

/**
 * Makes an instance ready, once, and keeps by what its memory then differs from that of a fresh one. Whoever opens an instance gets a fresh one with
 * these differences written into it: as if all had been done in it anew, in less time. Nothing may have been made ready in it that is not in
 * its memory, such as functions of the host.
 */
export async function readyQuickJs(
  options: OpenOptions,
  makeReady: (context: QuickJSContext) => void,
): Promise<OpenReady> {
  let [loaded, fresh]: [QuickJsMemory, Uint8Array] = [{ HEAPU8: new Uint8Array() }, new Uint8Array()];
  const made = new Map<string, number>();
  const context = await openQuickJsModule({
    ...options,
    onLoaded: (module) => {
      [loaded, fresh] = [module, module.HEAPU8.slice()];
      for (const name of [makeRuntime, makeContext]) {
        const make = functionOf(module, name);
        Reflect.set(module, name, (...values: readonly number[]) => {
          const pointer = make(...values);
          made.set(name, pointer);
          return pointer;
        });
      }
    },
  });
  makeReady(context);
  invariant(loaded.HEAPU8.length === fresh.length, 'the memory suffices for what is made ready');
  const pieces = differences(fresh, loaded.HEAPU8);
  return (own) =>
    openQuickJsModule({
      ...own,
      onLoaded: (module) => {
        for (const { at, bytes } of pieces) module.HEAPU8.set(bytes, at);
        for (const name of [makeRuntime, makeContext]) {
          functionOf(module, name);
          Reflect.set(module, name, () => made.get(name));
        }
      },
    });
}

function functionOf(module: QuickJsMemory, name: string): (...values: readonly number[]) => number {
  const found: unknown = Reflect.get(module, name);
  invariant(typeof found === 'function', `QuickJS has ${name}`);
  return (...values) => Number(found(...values));
}

/** Word by word: byte by byte, or by a function for each, it would be a third of what a process takes to start. */
function differences(before: Uint8Array, after: Uint8Array): readonly Piece[] {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  const pieceWords = pieceBytes / old.BYTES_PER_ELEMENT;
  const pieces: Piece[] = [];
  for (let from = 0; from < now.length; from += pieceWords) {
    let word = from;
    while (word < from + pieceWords && old[word] === now[word]) word += 1;
    const at = from * old.BYTES_PER_ELEMENT;
    if (word < from + pieceWords) pieces.push({ at, bytes: after.slice(at, at + pieceBytes) });
  }
  return pieces;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / Uint32Array.BYTES_PER_ELEMENT);
}
