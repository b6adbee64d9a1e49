import { limits } from '../../schema/limits.ts';
import type { AgentImage, AgentKey } from '../agent-runtime.ts';
import { Instance } from './instance.ts';
import { definePrelude } from './program.ts';
import { type OpenReady, readyQuickJs } from './ready-quickjs.ts';

export interface EngineOptions {
  /** From `compileQuickJs`. */
  readonly wasm: WebAssembly.Module;
  /** The CPU time that this process or thread has used, in ms; by default the time on the wall. */
  readonly cpuNow?: () => number;
}

export interface Engine {
  /** Does what all instances have in common; the first `open` would otherwise. */
  prepare(): Promise<void>;
  /** A fresh instance. Its code is evaluated with the first batch, so that it is charged and limited like the rest. */
  open(key: AgentKey, image: AgentImage): Promise<Instance>;
}

/** What runs programs: the same in the processes of a node, in the local sandbox, and in the browser. There is nothing to close. */
export function createEngine({ wasm, cpuNow = () => performance.now() }: EngineOptions): Engine {
  const common = { wasm, maxMemoryBytes: limits.maxInstanceBytes };
  let ready: Promise<OpenReady> | undefined;
  const makeReady = (): Promise<OpenReady> =>
    (ready ??= readyQuickJs({ ...common, clock: () => 0 }, definePrelude));
  return {
    prepare: async () => void (await makeReady()),
    open: async (key, image) => {
      let at = 0;
      const open = await makeReady();
      const context = await open({ ...common, clock: () => at });
      return new Instance({ key, image, context, cpuNow, setClock: (now) => void (at = now) });
    },
  };
}
