import { limits } from '../../schema/limits.ts';

/** How many rows each of `nodes` nodes is asked for at first, for a page of `first` rows: from 1 to `first`. */
export type PageShare = (first: number, nodes: number) => number;

/**
 * As many as make a second round rare, and no more: every row that is not shown has been sent, parsed and held for nothing.
 * While all rows that could come are few, nobody is asked twice. Beyond that a node shows four times what would be its part of the page if rows
 * lay evenly, and three more: where a thousand nodes hold rows as chance has it, that is enough for all of them on nearly every page of up to
 * 100 rows, and on four larger ones out of five.
 */
export const sharePage: PageShare = (first, nodes) => {
  const affordable = Math.floor(limits.pageRowBudget / Math.max(nodes, 1));
  return Math.min(first, Math.max(affordable, Math.ceil((4 * first) / Math.max(nodes, 1)) + 3));
};

/** Whoever is asked is asked for everything at once, and nobody twice. */
export const wholePage: PageShare = (first) => first;
