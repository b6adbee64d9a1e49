import { LRUCache } from 'lru-cache';
import { limits } from '../../../schema/limits.ts';
import type { NewLine } from '../agents/write-lines.ts';

interface Budget {
  left: number;
  at: number;
  isCutting: boolean;
}

/** Agents of which it is known how much they have printed lately. */
const maxAgents = 10_000;

/** How much each agent may print: so many lines at once, and then so many a second. */
export class LogBudget {
  readonly #budgets = new LRUCache<string, Budget>({ max: maxAgents });

  /** The lines that may be kept; where the flood begins one more, which says so. */
  cut(agent: string, lines: readonly NewLine[], now: number): readonly NewLine[] {
    if (lines.length === 0) return lines;
    const budget = this.#budgetOf(agent, now);
    const kept = lines.slice(0, Math.floor(budget.left));
    budget.left -= kept.length;
    if (kept.length === lines.length || budget.isCutting) return kept;
    budget.isCutting = true;
    return [...kept, { level: 'warn', text: 'Too many lines: those that follow are left out for a while' }];
  }

  #budgetOf(agent: string, now: number): Budget {
    const budget = this.#budgets.get(agent) ?? { left: limits.logLineBurst, at: now, isCutting: false };
    const earned = (Math.max(0, now - budget.at) / 1_000) * limits.logLinesPerSecond;
    budget.left = Math.min(limits.logLineBurst, budget.left + earned);
    budget.at = now;
    // Not at the first line that has been earned again: the warning would be half of the log.
    if (budget.left >= limits.logLineBurst / 2) budget.isCutting = false;
    this.#budgets.set(agent, budget);
    return budget;
  }
}
