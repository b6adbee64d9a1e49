import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CourierScenario, arbitraryFates, arbitrarySteps } from './support/courier-scenario.ts';

const ascending = (one: number, other: number) => one - other;
const rising = (numbers: Iterable<number>) => [...new Set(numbers)].toSorted(ascending);

test(
  'whatever is lost, doubled, cut and stopped: all that was accepted arrives once and in order, or comes back',
  { timeout: 120_000 },
  async () => {
    const count = { arrived: 0, returned: 0 };
    await fc.assert(
      fc.asyncProperty(arbitrarySteps, arbitraryFates, async (steps, fates) => {
        const scenario = new CourierScenario(fates);
        try {
          await scenario.run(steps);
          await scenario.calm();
          for (const { pair, sent, arrived, lost, unsure } of await scenario.report()) {
            expect({ pair, arrived }).toEqual({ pair, arrived: rising(arrived) });
            expect({ pair, all: rising([...arrived, ...lost, ...unsure]) }).toEqual({ pair, all: sent });
            expect({ pair, both: arrived.filter((number) => lost.includes(number)) }).toEqual({
              pair,
              both: [],
            });
            const letters = [...lost, ...unsure].toSorted(ascending);
            expect({ pair, letters }).toEqual({ pair, letters: rising(letters) });
            count.arrived += arrived.length;
            count.returned += lost.length + unsure.length;
          }
        } finally {
          await scenario.close();
        }
      }),
      // To shrink would take many times as long, for a network that does not settle.
      { numRuns: 15, endOnFailure: true },
    );
    expect(count.arrived).toBeGreaterThan(100);
    expect(count.returned).toBeGreaterThan(0);
  },
);
