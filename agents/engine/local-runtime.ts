import { codedError } from '../../wire/coded-error.ts';
import type { AgentRuntime } from '../agent-runtime.ts';
import { encodeInputs } from './encode-inputs.ts';
import type { Engine } from './engine.ts';
import { Instances } from './instances.ts';

/**
 * Runs programs in this very process: in the local sandbox and in the browser. Whoever uses it trusts the programs with its own time, or is watched by
 * somebody who does not.
 */
export function createLocalRuntime(engine: Engine): AgentRuntime {
  const instances = new Instances(engine);
  let isClosed = false;
  return {
    run: async (batch, load) => {
      if (isClosed) throw codedError('SHUTTING_DOWN', 'Expected a runtime that runs, got one that is closed');
      return instances.run({ ...batch, inputs: encodeInputs(batch.inputs) }, load);
    },
    forget: (agent) => instances.forget(agent),
    processes: () => [],
    close: async () => {
      isClosed = true;
      instances.clear();
    },
  };
}
