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

function differences(before: Uint8Array, after: Uint8Array): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < after.length; at += pieceBytes) {
    const bytes = after.subarray(at, at + pieceBytes);
    if (!isSame(bytes, before.subarray(at, at + pieceBytes))) pieces.push({ at, bytes: bytes.slice() });
  }
  return pieces;
}

/** In a browser by a loop, which would be a tenth of what a process takes to start. */
const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  typeof Buffer === 'undefined'
    ? one.every((byte, at) => byte === other[at])
    : Buffer.compare(one, other) === 0;
