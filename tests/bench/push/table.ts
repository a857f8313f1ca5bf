// The figures as a table for a terminal.
import { type Figure, quantity } from './figures.ts';

const HEADINGS = ['figure', 'measured', 'limit', 'ratio', ''] as const;
const VERDICTS = { ok: 'ok', over: 'OVER', shown: '', 'not measured': 'NOT MEASURED' } as const;

/** A row a figure; its note stands below it. */
export function tableOf(figures: readonly Omit<Figure, 'name'>[]): string {
  const rows = figures.map(({ what, value, unit, limit, ratio, verdict }) => [
    what,
    value === null ? '' : quantity(value, unit),
    limit ?? '',
    ratio === null ? '' : `${ratio.toFixed(2)} ×`,
    VERDICTS[verdict],
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const lines = rows.flatMap((row, index) => {
    const note = figures[index]?.note;
    return note ? [line(row), `    ${note}`] : [line(row)];
  });
  return [line(HEADINGS), ...lines, ''].join('\n');
}
