/** What the table shows of a container. */
export interface ContainerRow {
  readonly id: string;
  readonly pid?: number | undefined;
  readonly status: string;
  readonly bundle: string;
  readonly created: string;
  readonly owner: string;
}

const HEADER = ['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'];
const MINIMUM_WIDTH = 12;
const PADDING = 3;

/** The table of `list`: columns at least 12 wide with 3 spaces between them, the last one unpadded. */
export function containerTable(containers: readonly ContainerRow[]): string {
  const rows = [
    HEADER,
    ...containers.map((row) => [row.id, String(row.pid ?? 0), row.status, row.bundle, row.created, row.owner]),
  ];
  const widths = HEADER.map((_, column) => Math.max(MINIMUM_WIDTH, ...rows.map((row) => width(row[column]) + PADDING)));
  return rows.map((row) => `${row.map((cell, column) => pad(cell, column, widths)).join('')}\n`).join('');
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  if (column === HEADER.length - 1) return cell;
  return cell + ' '.repeat((widths[column] ?? 0) - width(cell));
}

/** The width in characters, not in UTF-16 units. */
function width(cell = ''): number {
  return [...cell].length;
}
