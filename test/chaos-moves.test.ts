import { expect, test } from 'vitest';
import { countStrikes, isCleanOfMoves } from '../chaos/moves/describe-moves.ts';
import { runMoves } from '../chaos/moves/run-moves.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

test(
  'agents have one home and do everything once while nodes are killed, stopped and cut off',
  // Processes start five times, on a machine that may be busy; what is slow is not wrong here.
  { timeout: 300_000 },
  async () => {
    const strikes = { kill: 2, freeze: 1, 'cut link': 2, 'cut tunnel': 1, part: 1 } as const;
    const report = await runMoves({
      folder: temporaryFolder(),
      seed: 4,
      nodes: 3,
      agents: 5,
      moves: 30,
      strikes,
      timeoutMs: 280_000,
      onProgress: () => undefined,
    });
    expect(report.violations).toEqual(
      Object.fromEntries(Object.keys(report.violations).map((kind) => [kind, []])),
    );
    expect(isCleanOfMoves(report)).toBe(true);
    expect(countStrikes(report.strikes.filter(({ steps }) => steps.length > 0))).toMatchObject(strikes);
    expect(report.ends['DONE']).toBeGreaterThan(0);
  },
);
