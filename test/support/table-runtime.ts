import type {
  AgentBatch,
  AgentEffect,
  AgentFailure,
  AgentImage,
  AgentInput,
  AgentRuntime,
  BatchResult,
  InputOutcome,
  Surroundings,
} from '../../agents/agent-runtime.ts';

/** What a program of the table works with. */
export interface TableWorld {
  readonly memory: Record<string, unknown>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly surroundings: Surroundings;
  readonly cpuBucketMs: number;
  do(effect: AgentEffect): void;
  log(text: string): void;
  /** Costs so many ms of CPU. */
  burn(ms: number): void;
}

type Handler = (world: TableWorld, input: AgentInput) => unknown;

/** A program: its handlers. `load` runs when an instance is made. */
export type TableProgram = Partial<Record<AgentInput['kind'] | 'load', Handler>>;

/** Thrown by a program that is to be cut off. */
export class CutOff extends Error {
  readonly kind: AgentFailure['kind'];

  constructor(kind: AgentFailure['kind']) {
    super(`It was cut off: ${kind}`);
    this.kind = kind;
  }
}

interface Instance {
  readonly version: number;
  readonly epoch: number;
  readonly program: TableProgram;
  readonly secrets: Readonly<Record<string, string>>;
  memory: Record<string, unknown>;
}

/**
 * A runtime for those who test what is made of a program's effects: an agent's code is a key of a table of functions. It keeps instances, runs batches, and
 * fails them, as the interface says; nothing in it is safe.
 */
export class TableRuntime implements AgentRuntime {
  readonly #programs: Readonly<Record<string, TableProgram>>;
  readonly #instances = new Map<string, Instance>();
  readonly #busy = new Set<string>();
  /** All batches so far. */
  readonly batches: AgentBatch[] = [];

  constructor(programs: Readonly<Record<string, TableProgram>>) {
    this.#programs = programs;
  }

  async run(batch: AgentBatch, load: () => Promise<AgentImage>): Promise<BatchResult> {
    if (this.#busy.has(batch.agent)) throw new Error(`Expected one batch of ${batch.agent} at once`);
    this.#busy.add(batch.agent);
    try {
      this.batches.push(batch);
      return await this.#run(batch, load);
    } finally {
      this.#busy.delete(batch.agent);
    }
  }

  forget(agent: string): void {
    this.#instances.delete(agent);
  }

  processes() {
    return [];
  }

  async close(): Promise<void> {
    this.#instances.clear();
  }

  async #run(batch: AgentBatch, load: () => Promise<AgentImage>): Promise<BatchResult> {
    const turn = { cpuMs: 0, effects: new Array<AgentEffect>() };
    try {
      const instance = await this.#instanceOf(batch, load, turn);
      const before = JSON.stringify(instance.memory);
      const outcomes: InputOutcome[] = [];
      for (const input of batch.inputs) {
        turn.effects = [];
        const result = await instance.program[input.kind]?.(worldOf(batch, instance, turn), input);
        outcomes.push({
          effects: turn.effects,
          result: input.kind === 'command' ? JSON.stringify(result ?? null) : undefined,
        });
      }
      const memory = JSON.stringify(instance.memory);
      return {
        kind: 'DONE',
        outcomes,
        memory: memory === before ? undefined : memory,
        handlers: Object.keys(instance.program),
        cpuMs: turn.cpuMs,
      };
    } catch (error) {
      this.forget(batch.agent);
      if (error instanceof NotLoaded) throw error.cause;
      const kind = error instanceof CutOff ? error.kind : 'THREW';
      const logs = turn.effects.filter((effect) => effect.kind === 'log');
      return { kind: 'FAILED', failure: { kind, text: String(error), logs }, cpuMs: turn.cpuMs };
    }
  }

  async #instanceOf(
    batch: AgentBatch,
    load: () => Promise<AgentImage>,
    turn: { cpuMs: number; effects: AgentEffect[] },
  ): Promise<Instance> {
    const known = this.#instances.get(batch.agent);
    if (known?.version === batch.version && known.epoch === batch.epoch) return known;
    const image = await load().catch((cause: unknown) => {
      throw new NotLoaded(cause);
    });
    const program = this.#programs[image.code] ?? {};
    const instance = {
      version: batch.version,
      epoch: batch.epoch,
      program,
      secrets: image.secrets,
      memory: JSON.parse(image.memory) as Record<string, unknown>,
    };
    const [first] = batch.inputs;
    if (first) await program.load?.(worldOf(batch, instance, turn), first);
    this.#instances.set(batch.agent, instance);
    return instance;
  }
}

/** What `load` rejected with. */
class NotLoaded extends Error {
  constructor(cause: unknown) {
    super('Not loaded', { cause });
  }
}

function worldOf(
  batch: AgentBatch,
  instance: Instance,
  turn: { cpuMs: number; effects: AgentEffect[] },
): TableWorld {
  return {
    memory: instance.memory,
    secrets: instance.secrets,
    surroundings: batch.surroundings,
    cpuBucketMs: batch.cpuBucketMs,
    do: (effect) => void turn.effects.push(effect),
    log: (text) => void turn.effects.push({ kind: 'log', level: 'info', text }),
    burn: (ms) => void (turn.cpuMs += ms),
  };
}
