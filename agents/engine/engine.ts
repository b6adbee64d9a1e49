import type { QuickJSContext } from 'quickjs-emscripten-core';
import { limits } from '../../schema/limits.ts';
import type { AgentImage, AgentKey } from '../agent-runtime.ts';
import { Instance } from './instance.ts';
import { openQuickJsModule } from './quickjs-module.ts';

export interface EngineOptions {
  /** QuickJS, compiled: `emscripten-module.wasm` of @jitl/quickjs-wasmfile-release-sync. */
  readonly wasm: WebAssembly.Module;
  /** The CPU time that this process or thread has used, in ms; by default the time on the wall. */
  readonly cpuNow?: () => number;
}

export interface Engine {
  /** A fresh instance. Its code is evaluated with the first batch, so that it is charged and limited like the rest. */
  open(key: AgentKey, image: AgentImage): Promise<Instance>;
}

/** What runs programs: the same in the processes of a node, in the local sandbox, and in the browser. There is nothing to close. */
export function createEngine({ wasm, cpuNow = () => performance.now() }: EngineOptions): Engine {
  return {
    open: async (key, image) => {
      let at = 0;
      const context: QuickJSContext = await openQuickJsModule({
        wasm,
        maxMemoryBytes: limits.maxInstanceBytes,
        clock: () => at,
      });
      return new Instance({ key, image, context, cpuNow, setClock: (now) => void (at = now) });
    },
  };
}
