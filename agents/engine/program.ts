import { isFail, type QuickJSContext, type QuickJSHandle } from 'quickjs-emscripten-core';
import { limits } from '../../schema/limits.ts';
import { invariant } from '../../wire/invariant.ts';
import { programFile } from './author-lines.ts';
import { type PreludeConfig, preludeName, preludeSource } from './prelude.ts';
import { ProgramFailure } from './program-failure.ts';

/** Jobs between two looks at the clock, which jobs that do next to nothing would get past otherwise. */
const jobsAtOnce = 1_000;
/** For finding out what went wrong, once the time is up. */
const inquestMs = 20;
/** After this much CPU time QuickJS has asked for the first time; time on the wall beyond it was not ours. */
const firstLookMs = 5;
/** What `next` of the prelude says when the input cannot go on. */
const failedStep = 2;

export interface ProgramOptions {
  readonly context: QuickJSContext;
  readonly config: PreludeConfig;
  /** What is charged and limited, in ms. */
  readonly cpuNow: () => number;
  /** Sets what `Date` shows; it begins with 0. */
  readonly setClock: (at: number) => void;
}

/** Evaluates the prelude, which is the same for all: a function that `Program` finds and calls. */
export function definePrelude(context: QuickJSContext): void {
  const create = context.unwrapResult(context.evalCode(preludeSource, 'prelude.js'));
  context.setProp(context.global, preludeName, create);
  create.dispose();
}

/**
 * A program and its prelude in QuickJS, in which `definePrelude` has been called, as functions that take and give text. Everything runs under a deadline of CPU time. Methods throw
 * `ProgramFailure` for what the program did, and whatever the engine throws when the program has brought it down; either way nothing but `inquest` may
 * be called then.
 */
export class Program {
  readonly #context: QuickJSContext;
  readonly #cpuNow: () => number;
  readonly #prelude: QuickJSHandle;
  readonly #functions = new Map<string, QuickJSHandle>();
  #wallStart = 0;
  #cpuStart: number | undefined;
  #allowedMs = Infinity;
  #wasInterrupted = false;
  #what = (): string => '';

  constructor({ context, config, cpuNow, setClock }: ProgramOptions) {
    this.#context = context;
    this.#cpuNow = cpuNow;
    context.runtime.setMaxStackSize(limits.maxInstanceStackBytes);
    context.runtime.setInterruptHandler(() => {
      this.#wasInterrupted ||= this.#isLate();
      return this.#wasInterrupted;
    });
    const create = context.getProp(context.global, preludeName);
    const used = context.newFunction('used', () => context.newNumber(this.#usedMs()));
    const text = context.newString(JSON.stringify(config));
    // Counting bytes takes QuickJS a hundred times as long.
    const utf8Length = context.newFunction('utf8Length', (value) =>
      context.newNumber(new TextEncoder().encode(context.getString(value)).length),
    );
    const clock = context.newFunction('setClock', (value) => setClock(context.getNumber(value)));
    const handles = [text, used, utf8Length, clock];
    this.#prelude = context.unwrapResult(context.callFunction(create, context.undefined, ...handles));
    for (const handle of [create, ...handles]) handle.dispose();
  }

  /** What comes next may use `allowedMs` of CPU; `what` names it in errors. `wallNow` is `performance.now()`. */
  allow(what: () => string, allowedMs: number, wallNow = performance.now()): void {
    this.#what = what;
    this.#allowedMs = allowedMs;
    this.#wallStart = wallNow;
    this.#cpuStart = undefined;
    this.#wasInterrupted = false;
  }

  /** Evaluates the module; gives the names of its handlers. */
  load(code: string): unknown {
    const context = this.#context;
    const evaluated = this.#unwrap(context.evalCode(code, programFile, { type: 'module' }));
    this.runJobs();
    const state = context.getPromiseState(evaluated);
    if (state.type === 'pending')
      throw new ProgramFailure(
        'THREW',
        'Error: the module has not come to its end: it awaits a promise that nothing resolves',
      );
    if (state.type === 'rejected') throw this.#failureOf(state.error);
    const names = this.#textOf(this.#invoke('loaded', [state.value]));
    evaluated.dispose();
    return JSON.parse(names);
  }

  /** Until none is left, however many come while they run. */
  runJobs(): void {
    const { runtime } = this.#context;
    while (runtime.hasPendingJob()) {
      const ran = runtime.executePendingJobs(jobsAtOnce);
      // A job that throws has rejected its promise; what it means is up to who has that.
      if (isFail(ran)) ran.error.dispose();
      if (this.#wasInterrupted || this.#isLate()) throw this.#timeout('');
    }
  }

  /** Runs the next input, and the jobs that it leaves. */
  step(): void {
    const state = this.#invoke('next', []);
    const hasFailed = this.#context.getNumber(state) === failedStep;
    state.dispose();
    if (!hasFailed) this.runJobs();
    else throw this.#lastFailure();
  }

  /** Calls a function of the prelude that takes and gives text. */
  call(name: string, ...texts: readonly string[]): string {
    const handles = texts.map((text) => this.#context.newString(text));
    const text = this.#textOf(this.#invoke(name, handles));
    for (const handle of handles) handle.dispose();
    return text;
  }

  /** Calls a function of the prelude when all else is over; undefined when the program is past answering. */
  inquest(name: string): string | undefined {
    this.allow(this.#what, inquestMs);
    try {
      return this.call(name);
    } catch {
      return undefined;
    }
  }

  /** The failure that the prelude has kept. */
  #lastFailure(): ProgramFailure {
    const kind = this.call('failureKind');
    return new ProgramFailure(
      kind === 'EFFECTS' || kind === 'MEMORY' ? kind : 'THREW',
      this.call('lastFailure'),
    );
  }

  #invoke(name: string, values: readonly QuickJSHandle[]): QuickJSHandle {
    return this.#unwrap(this.#context.callFunction(this.#function(name), this.#context.undefined, ...values));
  }

  #textOf(handle: QuickJSHandle): string {
    const text = this.#context.getString(handle);
    handle.dispose();
    return text;
  }

  #function(name: string): QuickJSHandle {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const found = this.#context.getProp(this.#prelude, name);
    invariant(this.#context.typeof(found) === 'function', `the prelude has ${name}`);
    this.#functions.set(name, found);
    return found;
  }

  #unwrap(result: ReturnType<QuickJSContext['callFunction']>): QuickJSHandle {
    if (!isFail(result)) return result.value;
    throw this.#failureOf(result.error);
  }

  #failureOf(error: QuickJSHandle): ProgramFailure {
    const isTimeout = this.#wasInterrupted;
    this.allow(this.#what, inquestMs);
    const context = this.#context;
    const ask = (name: string): string | undefined => {
      const answer = context.callFunction(this.#function(name), context.undefined, error);
      if (isFail(answer)) return undefined;
      return context.typeof(answer.value) === 'string' ? context.getString(answer.value) : undefined;
    };
    const description = ask('failure');
    const kind = ask('failureKind');
    if (isTimeout) return this.#timeout(description ?? '');
    return new ProgramFailure(
      kind === 'EFFECTS' || kind === 'MEMORY' ? kind : 'THREW',
      description ?? 'Error: something was thrown that cannot be described',
    );
  }

  #isLate(): boolean {
    return this.#usedMs() > this.#allowedMs;
  }

  /** Asking for CPU time is a call of the system, and most inputs are over before QuickJS asks whether it should stop for the first time. */
  #usedMs(): number {
    const now = this.#cpuNow();
    this.#cpuStart ??= now - Math.min(performance.now() - this.#wallStart, firstLookMs);
    return now - this.#cpuStart;
  }

  #timeout(description: string): ProgramFailure {
    const lines = description.split('\n').filter((line) => line.startsWith('    at '));
    return new ProgramFailure(
      'TIMEOUT',
      [`Timeout: ${this.#what()} has used all the CPU time that it may`, ...lines].join('\n'),
    );
  }
}
