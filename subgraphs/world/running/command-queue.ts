import type { BatchResult } from '../../../agents/agent-runtime.ts';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';

/** What a piece of code came to that was run in an agent. */
export interface CommandRun {
  readonly result: unknown;
  readonly log: readonly string[];
  /** Undefined when it went well. */
  readonly error: string | undefined;
  readonly cpuMs: number;
}

interface Waiting {
  readonly text: string;
  readonly resolve: (run: CommandRun) => void;
  readonly reject: (error: Error) => void;
}

/** What an agent's owner has typed and not yet had an answer to, in turn. */
export class CommandQueue {
  readonly #waiting: Waiting[] = [];

  /** Its text; undefined when none waits. */
  get first(): string | undefined {
    return this.#waiting[0]?.text;
  }

  /** Resolves with what it came to, once that is on the disk; RATE_LIMITED when too many wait. */
  add(text: string): Promise<CommandRun> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= limits.maxCommandsWaiting) {
        return reject(
          codedError('RATE_LIMITED', `${limits.maxCommandsWaiting} commands wait for this agent already`),
        );
      }
      this.#waiting.push({ text, resolve, reject });
    });
  }

  /** The first has been run, and it is committed. */
  settle(result: BatchResult): void {
    this.#waiting.shift()?.resolve(toCommandRun(result));
  }

  /** None of them will be run. */
  refuse(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

function toCommandRun(result: BatchResult): CommandRun {
  const { cpuMs } = result;
  if (result.kind === 'FAILED') {
    const log = result.failure.logs.map(({ text }) => text);
    return { result: null, log, error: result.failure.text, cpuMs };
  }
  const outcome = result.outcomes[0];
  const log = (outcome?.effects ?? []).flatMap((effect) => (effect.kind === 'log' ? [effect.text] : []));
  const value: unknown = outcome?.result === undefined ? null : JSON.parse(outcome.result);
  return { result: value, log, error: undefined, cpuMs };
}
