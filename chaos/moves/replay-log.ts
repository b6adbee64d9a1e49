import type { LogLine } from './history.ts';

/** What `travellerProgram` remembers. */
export interface TravellerMemory {
  readonly inputs: number;
  readonly heard: Readonly<Record<string, number>>;
  readonly sequence: number;
  readonly timers: number;
}

export interface Replayed {
  /** What the lines come to. */
  readonly memory: TravellerMemory;
  /** Lines that do not follow the one before. */
  readonly gaps: readonly string[];
  /** Messages and timers that do not follow the ones before, and epochs that fall. */
  readonly disordered: readonly string[];
  /** Where lines were printed, by epoch. */
  readonly nodes: ReadonlyMap<number, ReadonlySet<string>>;
}

/** Does again what a program's lines say that it has done. */
export function replayLog(lines: readonly LogLine[]): Replayed {
  const gaps: string[] = [];
  const disordered: string[] = [];
  const nodes = new Map<number, Set<string>>();
  const heard: Record<string, number> = {};
  let inputs = 0;
  let sequence = 0;
  let timers = 0;
  let newest = 1;
  const follow = (name: string, number: number, before: number): number => {
    if (number !== before + 1) disordered.push(`has handled ${name} ${number} right behind ${before}`);
    return number;
  };
  for (const { input, epoch, node, what } of lines) {
    if (input !== inputs + 1) gaps.push(`#${input} is right behind #${inputs}`);
    inputs = input;
    nodes.set(epoch, (nodes.get(epoch) ?? new Set()).add(node));
    if (epoch < newest) disordered.push(`is at epoch ${epoch} again in #${input}, after ${newest}`);
    newest = Math.max(newest, epoch);
    if (what.kind === 'timer') timers = follow('timer', what.number, timers);
    if (what.kind !== 'message') continue;
    sequence = follow('message', what.sequence, sequence);
    heard[what.series] = follow(what.series, what.number, heard[what.series] ?? 0);
  }
  return { memory: { inputs, heard, sequence, timers }, gaps, disordered, nodes };
}
