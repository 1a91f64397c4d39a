// What a session does just now, as lines for people and as plain data. Pure.
import { formatClock } from '../core/duration.ts';
import type { Paint } from './paint.ts';
import { isUnusual, limitOf, type Progress } from './progress.ts';
import { renderRemedy } from './render-failure.ts';
import { progressLines, stateOf } from './rows.ts';
import { oneLine, wrap } from './text.ts';

export interface SessionNow {
  readonly id: string;
  readonly dir: string;
  readonly command: string;
  readonly repository: string;
  /** `cut_off`: its process is gone, and left no word. */
  readonly state: 'running' | 'waiting' | 'cut_off' | 'ended';
  /** Of an ended one. */
  readonly end: { readonly status: string; readonly exit: number } | null;
  readonly pid: number | null;
  /** null: it is not known to run. */
  readonly host: string | null;
  readonly startedAt: string;
  /** The question whose answer it waits for. */
  readonly question: { readonly text: string; readonly since: string } | null;
  readonly progress: Progress;
}

/** More lanes than anyone looks at. */
const MOST_LINES = 100;

export function statusLines(
  session: SessionNow,
  { columns, now, paint }: { readonly columns: number; readonly now: number; readonly paint: Paint },
): readonly string[] {
  const { id, repository, state, pid, host, question, progress } = session;
  const head = `${paint.bold(id)} ${oneLine(repository)}`;
  if (state === 'cut_off') {
    const gone = pid === null ? 'its process is gone' : `its process ${pid} is gone`;
    return [
      head,
      `ended without a record: ${gone}`,
      'To put the repository back:',
      ...renderRemedy(`mm recover ${id}`, columns, paint),
    ];
  }
  const asked =
    question &&
    wrap(
      `waits for your answer since ${formatClock(now - Date.parse(question.since))}: ${oneLine(question.text)}`,
      columns - 1,
    );
  return [
    head,
    `process ${pid} on ${oneLine(host ?? '')}`,
    ...(asked ?? []).map(paint.yellow),
    ...progressLines(progress, columns, MOST_LINES, now, paint),
  ];
}

export const endLine = ({ id, end }: SessionNow): string => `${id}: ${end?.status}`;

/**
 * Lanes, and what is asked beside them, as other programs read it. Times are ISO 8601 UTC; unknown is null.
 * @param now milliseconds since 1970; null: nothing runs any more
 */
export function lanesOf(progress: Progress, now: number | null): readonly object[] {
  return [...progress.rows.values()].map((row) => {
    const activity = now === null ? undefined : [...row.running.values()].at(-1);
    return {
      id: row.id,
      title: row.title,
      beside: row.side,
      backend: row.backend,
      state: stateOf(row).replace(' ', '_'),
      doing: activity?.label ?? null,
      since: activity ? new Date(activity.since).toISOString() : null,
      elapsed_ms: activity && now !== null ? now - activity.since : null,
      limit_ms: activity ? limitOf(row, activity) : null,
      unusual_ms: activity?.unusualMs ?? null,
      unusually_long: activity !== undefined && now !== null && isUnusual(activity, now),
      gates: Object.fromEntries(row.gates),
    };
  });
}

/** A run that waits for a working tree. */
export interface WaiterNow {
  readonly command: string;
  readonly repository: string;
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** The session that has the tree; null: a process that waits, too. */
  readonly waits_for: { readonly session_id: string | null; readonly pid: number };
}

export function waiterLine({ command, pid, since, waits_for }: WaiterNow, now: number): string {
  const whom = waits_for.session_id ?? `process ${waits_for.pid}`;
  const clock = formatClock(now - Date.parse(since));
  return `process ${pid} waits since ${clock} to run ${oneLine(command)}: for ${oneLine(whom)}`;
}
