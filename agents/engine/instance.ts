import type { QuickJSContext } from 'quickjs-emscripten-core';
import { limits } from '../../schema/limits.ts';
import type { AgentFailure, AgentImage, AgentKey, BatchResult } from '../agent-runtime.ts';
import { authorLines } from './author-lines.ts';
import { type EncodedBatch, encodedKind } from './encode-inputs.ts';
import { hideSecrets } from './hide-secrets.ts';
import { jsonDepth } from './json-depth.ts';
import { parseLogs, parseOutcomes } from './parse-outcomes.ts';
import { preludeConfig } from './prelude-config.ts';
import { Program } from './program.ts';
import { ProgramFailure } from './program-failure.ts';

export interface InstanceOptions {
  readonly key: AgentKey;
  readonly image: AgentImage;
  readonly context: QuickJSContext;
  /** Sets what `Date` shows. */
  readonly setClock: (at: number) => void;
  /** What is charged and limited, in ms. */
  readonly cpuNow: () => number;
}

/** One agent in its QuickJS. After a batch that has failed it is of no use any more; there is nothing to close. */
export class Instance {
  readonly key: AgentKey;
  readonly #options: InstanceOptions;
  readonly #program: Program;
  readonly #hide: (result: BatchResult) => BatchResult;
  #handlers: readonly string[] | undefined;
  #seen = '';

  constructor(options: InstanceOptions) {
    this.key = options.key;
    this.#options = options;
    this.#program = new Program({ ...options, config: preludeConfig(options) });
    this.#hide = hideSecrets(options.image.secrets);
  }

  /** All inputs, one after the other. Never throws: what goes wrong is a failure of the program. */
  run(batch: EncodedBatch): BatchResult {
    const start = this.#options.cpuNow();
    const usedMs = (): number => this.#options.cpuNow() - start;
    try {
      const outcome = this.#run(batch, start);
      return this.#hide({ kind: 'DONE', ...outcome, cpuMs: usedMs() });
    } catch (error) {
      return this.#hide({ kind: 'FAILED', failure: this.#explain(error), cpuMs: usedMs() });
    }
  }

  #run(batch: EncodedBatch, start: number) {
    const program = this.#program;
    const wallStart = performance.now();
    const allow = (what: () => string): void => {
      const now = performance.now();
      const isNearEnd = now - wallStart > limits.agentBatchMs - limits.agentInputMs;
      const leftMs = isNearEnd ? start + limits.agentBatchMs - this.#options.cpuNow() : limits.agentInputMs;
      program.allow(what, Math.min(leftMs, limits.agentInputMs), now);
    };
    allow(() => 'what it is given');
    this.#begin(batch);
    const handlers = this.#handlers ?? this.#load(allow);
    let index = 0;
    const kind = (): string => encodedKind(batch.inputs, index);
    for (; index < batch.inputs.count; index += 1) {
      allow(kind);
      program.step();
    }
    // The last one is ended by a step as well.
    program.step();
    allow(() => 'memory');
    const memory = program.call('memory');
    if (memory !== '') checkMemory(memory);
    const outcomes = parseOutcomes(JSON.parse(program.call('outcomes')), batch.inputs.count);
    return { outcomes, handlers, memory: memory === '' ? undefined : memory };
  }

  #begin({ inputs, surroundings, cpuBucketMs }: EncodedBatch): void {
    const { node, location, sights, revision } = surroundings;
    const seen = `${location} ${revision}`;
    this.#program.call(
      'begin',
      inputs.text,
      JSON.stringify({ node, here: location, cpuBucketMs }),
      seen === this.#seen ? '' : JSON.stringify(sights),
    );
    this.#seen = seen;
  }

  #load(allow: (what: () => string) => void): readonly string[] {
    allow(() => 'the module');
    this.#program.call('load');
    const names = this.#program.load(this.#options.image.code);
    this.#handlers = handlerNames.filter((name) => Array.isArray(names) && names.includes(name));
    return this.#handlers;
  }

  #explain(error: unknown): AgentFailure {
    const failure =
      error instanceof ProgramFailure
        ? error
        : new ProgramFailure('THREW', `The program has brought its engine down: ${String(error)}`);
    return {
      kind: failure.kind,
      text: authorLines(failure.message, this.#options.image.code).slice(0, limits.maxFailureLength),
      logs: this.#logs(),
    };
  }

  #logs(): AgentFailure['logs'] {
    try {
      return parseLogs(JSON.parse(this.#program.inquest('logs') ?? '[]'));
    } catch {
      return [];
    }
  }
}

const handlerNames = ['start', 'message', 'tick', 'timer', 'beforeMove', 'afterMove'] as const;

function checkMemory(json: string): void {
  const bytes = json.length * 3 > limits.maxAgentMemoryBytes ? new TextEncoder().encode(json).length : 0;
  if (bytes > limits.maxAgentMemoryBytes)
    throw new ProgramFailure(
      'MEMORY',
      `RangeError: memory: expected at most ${limits.maxAgentMemoryBytes} bytes as JSON, got ${bytes}`,
    );
  if (jsonDepth(json) > limits.maxJsonDepth)
    throw new ProgramFailure(
      'MEMORY',
      `RangeError: memory: expected at most ${limits.maxJsonDepth} levels of nesting`,
    );
}
