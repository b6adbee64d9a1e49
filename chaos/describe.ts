import { formatTable } from '../bench/table.ts';
import type { Fault } from './nemesis.ts';
import { initialName } from './network.ts';
import type { Progress } from './raise-storm.ts';
import type { ChaosReport } from './run-chaos.ts';

/** One line. */
export function describeProgress({
  seconds,
  sent,
  acknowledged,
  arrived,
  atRisk,
  faults,
  down,
}: Progress): string {
  const { nodes, initial, cuts } = countFaults(faults.filter((fault) => fault.atRisk > 0));
  return [
    `${seconds.toFixed(0).padStart(5)} s`,
    `sent ${sent}`,
    `acknowledged ${acknowledged}`,
    `arrived ${arrived}`,
    `at risk ${atRisk}`,
    `killed ${nodes} nodes + ${initial} times initial`,
    `cut ${cuts}`,
    ...(down.length > 0 ? [`down: ${down.join(', ')}`] : []),
  ].join('  ');
}

/** Whether everything arrived once and in order, and no process had a fault of its own. */
export function isClean({ violations, ownFaults }: ChaosReport): boolean {
  return ownFaults.length === 0 && Object.values(violations).every((lines) => lines.length === 0);
}

/** A table, and the first few of what must not be. */
export function describeReport(report: ChaosReport): string {
  const { violations, faults, ownFaults, connections, seconds, sent, deadLetters } = report;
  const struck = countFaults(faults.filter(({ atRisk }) => atRisk > 0));
  const missed = countFaults(faults.filter(({ atRisk }) => atRisk === 0));
  const table = formatTable({
    title: `chaos: ${sent} messages in ${seconds.toFixed(0)} s`,
    columns: ['', 'counted', 'missed'],
    rows: [
      ['kill -9 of a node', struck.nodes, missed.nodes],
      ['kill -9 of the initial node', struck.initial, missed.initial],
      [`of ${connections} connections cut`, struck.cuts, missed.cuts],
      ['came back as dead letters', deadLetters, ''],
      ...Object.entries({ ...violations, 'own faults': ownFaults }).map(
        ([name, lines]) => [name, lines.length, ''] as const,
      ),
    ],
  });
  const lines = Object.entries({ ...violations, 'own fault': ownFaults }).flatMap(([name, all]) =>
    all.slice(0, 10).map((line) => `${name}: ${line}`),
  );
  return [table, ...lines].join('\n');
}

/** Who was hit, how often. */
export function countFaults(faults: readonly Fault[]) {
  const kills = faults.filter(({ kind }) => kind === 'kill');
  const initial = kills.filter(({ target }) => target === initialName).length;
  return { initial, nodes: kills.length - initial, cuts: faults.length - kills.length };
}
