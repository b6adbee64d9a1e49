import { limits } from '../../../schema/limits.ts';
import type { NewLine } from '../agents/write-lines.ts';
import { Allowance } from './allowance.ts';

/** How much each agent may print. */
export class LogBudget {
  readonly #lines = new Allowance({ perSecond: limits.logLinesPerSecond, burst: limits.logLineBurst });
  /** Agents whose lines are being cut. */
  readonly #cutting = new Set<string>();

  /** The lines that may be kept; where the flood begins one more, which says so. */
  cut(agent: string, lines: readonly NewLine[], now: number): readonly NewLine[] {
    if (lines.length === 0) return lines;
    // Not at the first line that has been earned again: the warning would be half of the log.
    if (this.#lines.left(agent, now) >= limits.logLineBurst / 2) this.#cutting.delete(agent);
    const kept = lines.slice(0, this.#lines.take(agent, lines.length, now));
    if (kept.length === lines.length || this.#cutting.has(agent)) return kept;
    this.#cutting.add(agent);
    return [...kept, { level: 'warn', text: 'Too many lines: those that follow are left out for a while' }];
  }
}
