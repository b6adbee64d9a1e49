import { formatTable } from '../../bench/table.ts';
import type { MovesProgress, MovesReport } from './run-moves.ts';
import { type Strike, strikeKinds } from './strike-moves.ts';

/** One line. */
export function describeMovesProgress(progress: MovesProgress): string {
  const { seconds, begun, underWay, acknowledged, handled, strikes } = progress;
  const counted = countStrikes(strikes.filter(({ steps }) => steps.length > 0));
  return [
    `${seconds.toFixed(0).padStart(5)} s`,
    `moves ${begun} (${underWay} under way)`,
    `acknowledged ${acknowledged}`,
    `handled ${handled}`,
    ...Object.entries(counted).map(([kind, count]) => `${kind} ${count}`),
  ].join('  ');
}

/** Whether nothing was found that must not be, and no process had a fault of its own. */
export function isCleanOfMoves({ violations, ownFaults }: MovesReport): boolean {
  return ownFaults.length === 0 && Object.values(violations).every((lines) => lines.length === 0);
}

/** Tables, and the first few of what must not be. */
export function describeMoves(report: MovesReport): string {
  const { strikes, begun, seconds, ends, acknowledged, handled, violations, ownFaults } = report;
  const counted = strikes.filter(({ steps }) => steps.length > 0);
  const missed = countStrikes(strikes.filter(({ steps }) => steps.length === 0));
  const found = Object.entries({ ...violations, 'own faults': ownFaults });
  return [
    formatTable({
      title: `chaos: ${begun} moves in ${seconds.toFixed(0)} s`,
      columns: ['', 'counted', 'missed'],
      rows: Object.entries(countStrikes(counted)).map(([kind, count]) => [kind, count, missed[kind] ?? 0]),
    }),
    formatTable({
      title: 'what came of it',
      columns: ['', 'count'],
      rows: [
        ...Object.entries(ends).map(([state, count]) => [`moves ${state}`, count] as const),
        ...Object.entries(countSteps(counted)).map(
          ([step, count]) => [`struck when ${step}`, count] as const,
        ),
        ['messages acknowledged', acknowledged],
        ['inputs handled', handled],
        ...found.map(([name, lines]) => [name, lines.length] as const),
      ],
    }),
    ...found.flatMap(([name, lines]) => lines.slice(0, 10).map((line) => `${name}: ${line}`)),
  ].join('\n');
}

/** How often each kind of fault has struck. */
export function countStrikes(strikes: readonly Strike[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    strikeKinds.map((kind) => [kind, strikes.filter((strike) => strike.kind === kind).length]),
  );
}

function countSteps(strikes: readonly Strike[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const step of strikes.flatMap(({ steps }) => steps)) counts[step] = (counts[step] ?? 0) + 1;
  return counts;
}
