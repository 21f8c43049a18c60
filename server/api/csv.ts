/** A cell of a CSV file. */
export type Cell = string | number | null;

/** A formula, to a spreadsheet. */
const FORMULA = /^[=+\-@\t\r]/;

/** CSV as RFC 4180 describes it, with a header row. A text that a spreadsheet would execute gets a leading '. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
