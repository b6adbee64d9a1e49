/** What a measurement has to show: numbers beside the floor or the peer that was measured in the same run. */
export interface BenchTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Numbers with three significant digits, columns aligned. */
export function formatTable({ title, columns, rows }: BenchTable): string {
  const lines = [columns, ...rows].map((row) => row.map(formatCell));
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const format = (line: readonly string[]) =>
    line
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return [`\n${title}`, ...lines.map(format)].join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function formatCell(cell: string | number): string {
  if (typeof cell === 'string') return cell;
  return cell >= 1_000 ? Math.round(cell).toLocaleString('en') : String(Number(cell.toPrecision(3)));
}
