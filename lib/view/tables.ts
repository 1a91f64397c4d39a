// The record of a session as tables and lists, for reports, prompts and the report's page. Pure: the caller hands in
// what it knows, nothing is looked up.
import { formatClock } from '../core/duration.ts';
import { groupBy } from '../core/group-by.ts';
import type { Attempt, ModelInfo } from '../core/model-event.ts';
import { FIGURES, processEnd, usageFigures } from './attempts.ts';
import { codeCell, plainCell } from './cell.ts';
import type { Line, Piece, Table } from './table-data.ts';
import { subjectTitle, type Titles } from './titles.ts';

/** Which models take part, with which backend, and why the others do not. */
export const modelsTable = (models: Readonly<Record<string, ModelInfo>>): Table => ({
  caption: 'Models',
  kind: 'list',
  heads: [['Model'], ['Status'], ['Backend'], ['Works in']],
  rows: Object.values(models).map(({ title, primary, status, why, backend, workspace, host }) => {
    const name = title + (primary ? ' (primary)' : '');
    if (status !== 'available') return { cells: [[name], [`unavailable${why ? `: ${why}` : ''}`], ['—'], ['—']] };
    const place = { main: 'your tree', worktree: 'a worktree', clone: 'a clone', remote: host ?? 'another host' }[
      workspace
    ];
    return { cells: [[name], ['takes part'], [backend ? { code: backend } : '—'], [place]] };
  }),
});

/** What came from which model. */
export function sourcesTable(files: readonly { readonly path: string; readonly from: string }[]): Table {
  const by = groupBy(files, ({ from }) => from);
  return {
    caption: 'What came from whom',
    kind: 'list',
    heads: [['From'], ['Files']],
    rows: [...by].map(([from, taken]) => {
      const named = taken.slice(0, 10).flatMap(({ path }, at): Line => [...(at > 0 ? [', '] : []), { path }]);
      return { cells: [[{ from }], [...named, ...(taken.length > 10 ? [` and ${taken.length - 10} more`] : [])]] };
    }),
  };
}

/** Why models failed, attempt by attempt. Empty where none did. */
export function failureReport(
  rows: readonly (Pick<StartRow, 'slot' | 'step'> & { readonly attempt: Attempt; readonly why?: string | null })[],
  titles: Titles,
): string {
  return rows
    .filter(({ attempt }) => attempt.failure && attempt.failure !== 'superseded')
    .map(({ slot, step, attempt, why }) => {
      const end = processEnd(attempt);
      const ended = why?.includes(`(${end})`) ? '' : ` (${end})`;
      const who = `**${plainCell(subjectTitle(slot, titles))}**, ${plainCell(step)} with ${codeCell(attempt.backend)}`;
      const failed = `${attempt.failure} after ${formatClock(attempt.elapsed_ms)}${ended}`;
      return `- ${who}: ${failed}${why ? ` — ${plainCell(why)}` : ''}`;
    })
    .join('\n');
}

/** A start that may not have ended, and what is said of its end beside whether it went well. */
export interface StartRow {
  readonly slot: string;
  readonly step: string;
  readonly backend: string;
  readonly attempt: Attempt | null;
  readonly end?: string;
}

/** Time, tokens and cost of every attempt, and their sum. */
export const usageTable = (rows: readonly StartRow[]): Table => ({
  caption: 'Every start of a model, with time, tokens and costs',
  kind: 'list',
  heads: [['Model'], ['Step'], ['Backend'], ['Outcome'], ...FIGURES.map((name) => [name])],
  numbers: FIGURES.length,
  rows: rows.map(({ slot, step, backend, attempt, end }) => ({
    cells: [
      [{ who: slot }],
      [step],
      [{ code: backend }],
      [outcome(attempt), ...(end ? [' ', { quiet: end }] : [])],
      ...(attempt ? usageFigures([attempt]) : FIGURES.map(() => '—')).map((figure) => [figure]),
    ],
  })),
  total: {
    cells: [
      [{ strong: 'Total' }],
      [],
      [],
      [],
      ...usageFigures(rows.flatMap(({ attempt }) => attempt ?? [])).map((figure) => [figure]),
    ],
  },
});

/** Whether a start went well, or why it did not. */
export const outcome = (attempt: Attempt | null): Piece =>
  attempt === null
    ? { mark: 'not ended', tone: 'bad' }
    : attempt.failure
      ? { mark: attempt.failure, tone: attempt.failure === 'superseded' ? 'none' : 'bad' }
      : { mark: 'ok', tone: 'good' };
