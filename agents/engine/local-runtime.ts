import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { AgentKey, AgentRuntime } from '../agent-runtime.ts';
import type { Engine } from './engine.ts';
import type { Instance } from './instance.ts';

/**
 * Runs programs in this very process: in the local sandbox, in the browser, and in the processes of a node. Whoever uses it trusts the
 * programs with its own time, or is watched by somebody who does not.
 */
export function createLocalRuntime(engine: Engine): AgentRuntime {
  const instances = new LRUCache<string, Instance>({ max: limits.maxInstancesPerProcess });
  let isClosed = false;
  return {
    run: async (batch, load) => {
      if (isClosed) throw codedError('SHUTTING_DOWN', 'Expected a runtime that runs, got one that is closed');
      let instance = instances.get(batch.agent);
      if (instance === undefined || !isSame(instance.key, batch)) {
        instances.delete(batch.agent);
        instance = await engine.open(batch, await load());
        instances.set(batch.agent, instance);
      }
      const result = instance.run(batch);
      if (result.kind === 'FAILED') instances.delete(batch.agent);
      return result;
    },
    forget: (agent) => void instances.delete(agent),
    processes: () => [],
    close: async () => {
      isClosed = true;
      instances.clear();
    },
  };
}

function isSame(a: AgentKey, b: AgentKey): boolean {
  return a.owner === b.owner && a.version === b.version && a.epoch === b.epoch;
}
