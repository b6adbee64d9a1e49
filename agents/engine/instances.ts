import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import type { AgentImage, AgentKey, BatchResult } from '../agent-runtime.ts';
import type { EncodedBatch } from './encode-inputs.ts';
import type { Engine } from './engine.ts';
import type { Instance } from './instance.ts';

/** The instances of one process: those used last, up to a number. */
export class Instances {
  readonly #engine: Engine;
  readonly #instances = new LRUCache<string, Instance>({ max: limits.maxInstancesPerProcess });

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** As `AgentRuntime.run`; rejects with what `load` rejects with, and with nothing else. */
  async run(batch: EncodedBatch, load: () => Promise<AgentImage>): Promise<BatchResult> {
    let instance = this.#instances.get(batch.agent);
    if (instance === undefined || !isSame(instance.key, batch)) {
      this.#instances.delete(batch.agent);
      instance = await this.#engine.open(batch, await load());
      this.#instances.set(batch.agent, instance);
    }
    const result = instance.run(batch);
    if (result.kind === 'FAILED') this.#instances.delete(batch.agent);
    return result;
  }

  forget(agent: string): void {
    this.#instances.delete(agent);
  }

  clear(): void {
    this.#instances.clear();
  }
}

function isSame(a: AgentKey, b: AgentKey): boolean {
  return a.owner === b.owner && a.version === b.version && a.epoch === b.epoch;
}
