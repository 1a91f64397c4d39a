// Sessions as lines, newest first, and in one line what they take on the disk.
import { one } from '../core/messages/wording.ts';
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

interface Column {
  readonly head: string;
  readonly cell: (row: SessionRow) => string;
  readonly side?: 'right';
}

/** So wide a terminal has room for everything. */
const ROOMY = 100;

/**
 * A line each; on a terminal with a heading, and fitted to it: the models are left out first, then the task is cut.
 * @param columns of the terminal; null: it is none, and nothing is cut
 */
export function sessionRows(
  rows: readonly SessionRow[],
  { now, columns, withRepository }: { now: number; columns: number | null; withRepository: boolean },
): readonly string[] {
  if (rows.length === 0) return ['There are no sessions yet.'];
  const models = ({ record }: SessionRow) =>
    Object.entries(record.models)
      .filter(([, { status }]) => status === 'available')
      .map(([slot]) => slot)
      .join(', ');
  const repository: Column = {
    head: 'repository',
    // a terminal has room for the end of a path; a script wants all of it
    cell: ({ record }) => (columns === null ? record.repository : tailOf(record.repository, 30)),
  };
  const shown: readonly Column[] = [
    { head: 'session', cell: ({ id }) => id },
    { head: 'status', cell: ({ record }) => record.status },
    { head: 'age', cell: ({ record }) => age(now - Date.parse(record.created_at)), side: 'right' },
    { head: 'size', cell: ({ bytes }) => size(bytes), side: 'right' },
    ...(columns === null || columns >= ROOMY ? [{ head: 'models', cell: models }] : []),
    ...(withRepository ? [repository] : []),
    { head: 'task', cell: ({ record }) => oneLine(record.prompt_summary) },
  ];
  const cells = rows.map((row) => shown.map(({ cell }) => cell(row)));
  if (columns !== null) cells.unshift(shown.map(({ head }) => head));
  const widths = shown.map((_, i) => Math.max(...cells.map((line) => widthOf(line[i]!))));
  return cells.map((line) => {
    const text = line
      .map((cell, i) => (i === line.length - 1 ? cell : pad(cell, widths[i]!, shown[i]!.side)))
      .join('  ')
      .trimEnd();
    return columns === null ? text : cut(text, columns);
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

const OLD_MS = 30 * 24 * 3_600_000;
const MUCH_BYTES = 2 ** 30;
const REMEDY = 'mm clean --sessions removes those that ended.';

export interface Kept {
  /** ISO 8601. */
  readonly created_at: string;
  readonly bytes: number;
}

/** How much all of them take, and which are old; null: there are none. */
export function housekeeping(sessions: readonly Kept[], now: number): string | null {
  if (sessions.length === 0) return null;
  const old = sessions.filter(({ created_at }) => now - Date.parse(created_at) > OLD_MS);
  const all = `${one(sessions.length, 'session')}, ${size(total(sessions))}`;
  if (old.length > 0) {
    const those = old.length === sessions.length ? 'all' : String(old.length);
    return `${all}; ${those} of them older than 30 days (${size(total(old))}). ${REMEDY}`;
  }
  return total(sessions) > MUCH_BYTES ? `${all}. ${REMEDY}` : `${all}.`;
}

/** What is worth saying at the end of a run of all the sessions' bytes; null: nothing. */
export function muchKept(bytes: number): string | null {
  if (bytes <= MUCH_BYTES) return null;
  return `The sessions of this repository take ${size(bytes)}. mm sessions lists them, ${REMEDY}`;
}

const total = (sessions: readonly Kept[]): number => sessions.reduce((sum, { bytes }) => sum + bytes, 0);
