import { expect, test } from 'vitest';
import { countFaults } from '../chaos/describe.ts';
import { runChaos } from '../chaos/run-chaos.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

test(
  'no message is lost, doubled or out of order while processes are killed and connections cut',
  // Processes start and die nine times, on a machine that may be busy; what is slow is not wrong here.
  { timeout: 300_000 },
  async () => {
    const report = await runChaos({
      folder: temporaryFolder(),
      seed: 3,
      nodes: 3,
      messages: 1_500,
      nodeKills: 3,
      initialKills: 2,
      cutShare: 0.05,
      timeoutMs: 280_000,
      onProgress: () => undefined,
    });
    expect(report).toMatchObject({
      violations: { lost: [], duplicated: [], disordered: [], strange: [] },
      ownFaults: [],
      deadLetters: 0,
    });
    expect(report.acknowledged).toBeGreaterThanOrEqual(1_500);
    const struck = countFaults(report.faults.filter(({ atRisk }) => atRisk > 0));
    expect(struck).toMatchObject({ nodes: 3, initial: 2 });
    expect(struck.cuts).toBeGreaterThanOrEqual(0.04 * report.connections);
  },
);
