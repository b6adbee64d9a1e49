import { describe, expect, test } from 'vitest';
import { checkLedger } from '../chaos/check-ledger.ts';
import { Ledger } from '../chaos/ledger.ts';

const none = { lost: [], duplicated: [], disordered: [], strange: [] };
const homes = new Map([
  ['ada/scout', 'forest'],
  ['ada/guard', 'harbour'],
]);

/** Messages a, b, c … of ada/scout to ada/guard, numbered from 1 and acknowledged. */
function ledgerOf(...ids: readonly string[]): Ledger {
  const ledger = new Ledger((name) => homes.get(name) ?? 'initial');
  for (const [index, id] of ids.entries()) {
    ledger.sending({ id, source: 'ada/scout', inbox: 'ada/guard', number: index + 1 });
    ledger.acknowledge(id, 'STORED');
  }
  return ledger;
}

function arrive(ledger: Ledger, ...ids: readonly string[]): Ledger {
  for (const [index, id] of ids.entries()) ledger.arrive('ada/guard', { id, sequence: index + 1 });
  return ledger;
}

describe('the checker of the chaos test', () => {
  test('is content with what arrived once and in order', () => {
    expect(checkLedger(arrive(ledgerOf('a', 'b'), 'a', 'b'), new Set())).toEqual(none);
  });

  test('finds what was acknowledged and did not arrive, unless it came back', () => {
    const ledger = arrive(ledgerOf('a', 'b', 'c'), 'a');
    expect(checkLedger(ledger, new Set(['c'])).lost).toEqual([expect.stringMatching(/^b /)]);
  });

  test('finds what arrived twice', () => {
    expect(checkLedger(arrive(ledgerOf('a'), 'a', 'a'), new Set())).toEqual({
      ...none,
      duplicated: [expect.stringMatching(/^a .* again as 2$/)],
    });
  });

  test('finds what arrived behind a later one of its pair', () => {
    expect(checkLedger(arrive(ledgerOf('a', 'b'), 'b', 'a'), new Set())).toEqual({
      ...none,
      disordered: [expect.stringMatching(/^a .* as 2, after number 2$/)],
    });
  });

  test('finds what nobody sent, what was never acknowledged, and a gap between sequences', () => {
    const ledger = ledgerOf('a');
    ledger.sending({ id: 'b', source: 'ada/scout', inbox: 'ada/guard', number: 2 });
    ledger.arrive('ada/guard', { id: 'a', sequence: 1 });
    ledger.arrive('ada/guard', { id: 'x', sequence: 3 });
    expect(checkLedger(ledger, new Set())).toEqual({
      ...none,
      strange: [
        'ada/guard has number 3 right behind 1',
        'x is in the inbox ada/guard as 3, for which it is not',
        expect.stringMatching(/^b .* was never acknowledged$/),
      ],
    });
  });
});

test('a message is at risk at both its nodes until it is on the disk of its home', () => {
  const ledger = ledgerOf();
  const atRisk = () => ['forest', 'harbour', 'initial', undefined].map((node) => ledger.atRisk(node));
  ledger.sending({ id: 'a', source: 'ada/scout', inbox: 'ada/guard', number: 1 });
  ledger.sending({ id: 'b', source: 'ada', inbox: 'ada/guard', number: 1 });
  expect(atRisk()).toEqual([1, 2, 1, 2]);
  ledger.acknowledge('a', 'QUEUED');
  ledger.acknowledge('b', 'STORED');
  expect(atRisk()).toEqual([1, 1, 0, 1]);
  ledger.arrive('ada/guard', { id: 'a', sequence: 1 });
  ledger.arrive('ada/guard', { id: 'b', sequence: 2 });
  expect(atRisk()).toEqual([0, 0, 0, 0]);
});
