import type { Arrival, Ledger, LedgerRow } from './ledger.ts';

/** What must not be, a line for people each. */
export interface Violations {
  /** Acknowledged, and neither in the inbox nor back as a dead letter. */
  readonly lost: readonly string[];
  /** More than once in an inbox. */
  readonly duplicated: readonly string[];
  /** Behind one that its sender sent to the same agent later. */
  readonly disordered: readonly string[];
  /** Never acknowledged, in a wrong inbox, never sent at all, or with a number that does not follow the one before. */
  readonly strange: readonly string[];
}

/** Holds what arrived against what was sent. `deadLetters` are ids of messages that came back. */
export function checkLedger(
  ledger: Pick<Ledger, 'rows' | 'arrivals'>,
  deadLetters: ReadonlySet<string>,
): Violations {
  const rows = new Map([...ledger.rows()].map((row) => [row.id, row]));
  const arrived = new Set<string>();
  const lost: string[] = [];
  const duplicated: string[] = [];
  const disordered: string[] = [];
  const strange: string[] = [];
  for (const [inbox, arrivals] of ledger.arrivals()) {
    strange.push(...findGaps(inbox, arrivals));
    const newest = new Map<string, number>();
    for (const { id, sequence } of arrivals) {
      const row = rows.get(id);
      if (row?.inbox !== inbox) {
        strange.push(`${id} is in the inbox ${inbox} as ${sequence}, for which it is not`);
        continue;
      }
      if (arrived.has(id)) {
        duplicated.push(`${describe(row)} again as ${sequence}`);
        continue;
      }
      arrived.add(id);
      const last = newest.get(row.source) ?? 0;
      if (row.number < last) disordered.push(`${describe(row)} as ${sequence}, after number ${last}`);
      newest.set(row.source, Math.max(last, row.number));
    }
  }
  for (const row of rows.values()) {
    if (row.state === 'SENDING') strange.push(`${describe(row)} was never acknowledged`);
    else if (!arrived.has(row.id) && !deadLetters.has(row.id)) lost.push(describe(row));
  }
  return { lost, duplicated, disordered, strange };
}

/** Sequences rise by one: a reader that was served a gap has missed something, whoever is to blame. */
function findGaps(inbox: string, arrivals: readonly Arrival[]): string[] {
  return arrivals.flatMap(({ sequence }, index) => {
    const before = arrivals[index - 1]?.sequence ?? 0;
    return sequence === before + 1 ? [] : [`${inbox} has number ${sequence} right behind ${before}`];
  });
}

function describe({ id, source, inbox, number, state }: LedgerRow): string {
  return `${id} (${source} to ${inbox}, number ${number}, ${state})`;
}
