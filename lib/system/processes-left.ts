// Finds the processes that belong to a command of ours, wherever they went: its group, its session, its descendants,
// whatever carries its token in the environment or still writes to its output files. It only looks; ending is
// ending.ts.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Each command gets a value of its own in this variable; what it starts inherits it. */
export const TOKEN_VARIABLE = 'MM_PROCESS_TOKEN';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** null where the system does not tell. */
  readonly session: number | null;
  /** Clock ticks since boot; null where the system does not tell. */
  readonly start: number | null;
  /** Whether its environment has the token (asked last: it is the dearest question). */
  readonly carries: (variable: string, value: string) => boolean;
  /** Whether its standard output or error is this file. */
  readonly writesTo: (files: readonly string[]) => boolean;
}

/** What is known of a command's processes. */
export interface Owner {
  /**
   * The pid that it was started with, which is also its group's and its session's id; null: known by its token alone.
   */
  readonly pid: number | null;
  readonly variable: string;
  /** Tokens of nested runs are joined by `/`; a process belongs to us when any part of its token is this. */
  readonly token: string;
  /** Start of the first process in clock ticks; what is older can't belong to it. */
  readonly since: number | null;
  readonly files: readonly string[];
}

/** All living processes but our own, from /proc; null where there is none (macOS: see `parsePs`). */
export function processesFromProc(proc = '/proc'): ProcessRow[] | null {
  let names: string[];
  try {
    names = readdirSync(proc);
  } catch {
    return null;
  }
  const rows: ProcessRow[] = [];
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const stat = readStat(Number(name), proc);
    if (stat !== null && stat.state !== 'Z' && stat.state !== 'X') rows.push(rowOf(Number(name), stat, proc));
  }
  return rows.length > 0 || names.includes('self') ? rows : null;
}

function rowOf(pid: number, stat: Stat, proc: string): ProcessRow {
  return {
    pid,
    parent: stat.parent,
    group: stat.group,
    session: stat.session,
    start: stat.start,
    carries: (variable, value) => environmentHas(readOr(`${proc}/${pid}/environ`, ''), '\0', variable, value),
    writesTo: (files) => ['1', '2'].some((fd) => files.includes(linkOr(`${proc}/${pid}/fd/${fd}`, ''))),
  };
}

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** The group whose keys its terminal's are. */
  readonly foreground: number;
  readonly start: number;
}

/** A process's line of /proc, or null when it is gone or there is no /proc. */
export function readStat(pid: number, proc = '/proc'): Stat | null {
  const text = readOr(`${proc}/${pid}/stat`, '');
  // The name in parentheses may itself hold spaces and parentheses: what counts begins after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 20) return null;
  return {
    state: fields[0]!,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    foreground: Number(fields[5]),
    start: Number(fields[19]),
  };
}

/** The arguments for `ps` whose output `parsePs` reads; on macOS `-E` adds the environment to the command. */
export const PS_ARGUMENTS: readonly string[] = ['-A', '-E', '-ww', '-o', 'pid=,ppid=,pgid=,stat=,command='];

/** Rows from `ps` output: no sessions, no start times, and the environment as words after the command. */
export function parsePs(output: string): ProcessRow[] {
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(line);
    if (match === null || match[4]!.startsWith('Z') || Number(match[1]) === process.pid) return [];
    const words = match[5]!;
    return {
      pid: Number(match[1]),
      parent: Number(match[2]),
      group: Number(match[3]),
      session: null,
      start: null,
      carries: (variable: string, value: string) => environmentHas(words, ' ', variable, value),
      writesTo: () => false,
    };
  });
}

/** Those of `rows` that belong to `owner`, and all their descendants. */
export function belongingTo(owner: Owner, rows: readonly ProcessRow[]): ProcessRow[] {
  const found = new Set<number>();
  const candidates = rows.filter((row) => owner.since === null || row.start === null || row.start >= owner.since);
  const left = candidates.filter((row) => {
    const ours =
      (owner.pid !== null && (row.pid === owner.pid || row.group === owner.pid || row.session === owner.pid)) ||
      row.carries(owner.variable, owner.token) ||
      (owner.files.length > 0 && row.writesTo(owner.files));
    if (ours) found.add(row.pid);
    return !ours;
  });
  for (let grown = found.size > 0; grown; ) {
    grown = false;
    for (const row of left) {
      if (found.has(row.pid) || !found.has(row.parent)) continue;
      found.add(row.pid);
      grown = true;
    }
  }
  return candidates.filter((row) => found.has(row.pid));
}

function environmentHas(text: string, separator: string, variable: string, value: string): boolean {
  if (!text.includes(value)) return false;
  return text.split(separator).some(
    (entry) =>
      entry.startsWith(`${variable}=`) &&
      entry
        .slice(variable.length + 1)
        .split('/')
        .includes(value),
  );
}

// A process that ends while it is looked at, or that belongs to somebody else, is no error: it is simply not ours.
function readOr(path: string, other: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return other;
  }
}

function linkOr(path: string, other: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return other;
  }
}

/**
 * Processes of a name that work in one of the folders or below it, and have been at it since before `since`
 * (milliseconds since 1970); those that we or ours started do not count. Only where there is /proc, and of users whose
 * we may see.
 */
export function workingIn(folders: readonly string[], name: string, since: number, proc = '/proc'): number[] {
  const rows = processesFromProc(proc) ?? [];
  const parents = new Map(rows.map(({ pid, parent }) => [pid, parent]));
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isOurs(parents.get(pid)));
  const booted = Date.now() - Number.parseFloat(readOr(`${proc}/uptime`, '0')) * 1000;
  return rows
    .filter(({ pid, start }) => {
      if (readOr(`${proc}/${pid}/comm`, '').trim() !== name) return false;
      if (start === null || booted + start * TICK_MS > since + TICK_MS) return false;
      const at = linkOr(`${proc}/${pid}/cwd`, '');
      return folders.some((folder) => at === folder || at.startsWith(`${folder}/`)) && !isOurs(pid);
    })
    .map(({ pid }) => pid);
}

/** Linux tells the start of processes in hundredths of a second, whatever its own clock does. */
const TICK_MS = 10;

/** Whether there is a process with this id, whoever's it is. */
export function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's process
  }
}
