// Sessions as lines, newest first.
import { cut, oneLine, pad, widthOf } from './text.ts';

export interface SessionRow {
  readonly id: string;
  readonly record: {
    readonly status: string;
    readonly created_at: string;
    readonly prompt_summary: string;
    readonly repository: string;
    readonly models: Readonly<Record<string, { readonly status: string }>>;
  };
  readonly bytes: number;
}

/** @param columns where lines are cut; null: nowhere */
export function sessionRows(
  rows: readonly SessionRow[],
  { now, columns, withRepository }: { now: number; columns: number | null; withRepository: boolean },
): readonly string[] {
  if (rows.length === 0) return ['There are no sessions yet.'];
  // a terminal has room for the end of a path; a script wants all of it
  const longest = Math.max(...rows.map(({ record }) => widthOf(record.repository)));
  const where = (path: string) => (columns === null ? pad(path, longest) : pad(tailOf(path, 30), 30));
  return rows.map(({ id, record, bytes }) => {
    const models = Object.entries(record.models)
      .filter(([, { status }]) => status === 'available')
      .map(([slot]) => slot);
    const cells = [
      pad(id, 32),
      pad(record.status, 11),
      pad(age(now - Date.parse(record.created_at)), 8, 'right'),
      pad(size(bytes), 9, 'right'),
      pad(models.join(', '), 20),
      ...(withRepository ? [where(record.repository)] : []),
      oneLine(record.prompt_summary),
    ];
    const line = cells.join('  ').trimEnd();
    return columns === null ? line : cut(line, columns);
  });
}

/** The last characters of a path, the rest as `…`. */
const tailOf = (path: string, width: number): string =>
  widthOf(path) <= width ? path : `…${[...path].slice(1 - width).join('')}`;

/** `5 min`, `3 h`, `12 days`. */
export function age(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 60 / 24)} days`;
}

/** `512 B`, `1.4 MiB`. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = bytes;
  let unit = 0;
  for (; amount >= 1024 && unit < units.length - 1; unit++) amount /= 1024;
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}
