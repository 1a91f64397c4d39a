// The record of a session as Markdown tables and lists, for reports and for the terminal. Pure: the caller hands in
// what it knows, nothing is looked up. Every name and text is escaped; a heading is written where a document needs it.

import type { DistinguishingTest, DoubtfulTest, GateResult, GateState, Pick, Plan } from '../core/candidate.ts';
import { formatClock } from '../core/duration.ts';
import type { Attempt, ModelInfo } from '../core/event.ts';
import { FIGURES, processEnd, usageFigures } from './attempts.ts';
import { codeBlock, codeCell, plainCell, table } from './cell.ts';
import { subjectTitle } from './progress.ts';
import { gateWord } from './symbols.ts';

type Titles = ReadonlyMap<string, string>;

/** A quality gate as a column. */
export interface GateColumn {
  readonly id: string;
  readonly title: string;
  readonly required: boolean;
  /** It shows nothing of what the candidates are: its cells count for nothing. */
  readonly blind?: boolean;
}

export interface GateRow {
  readonly title: string;
  /** Why it has no gates at all (its model failed); null where it has. */
  readonly failed: string | null;
  readonly gates: Readonly<Record<string, GateState>>;
  readonly counts?: Readonly<Record<string, GateResult['counts']>>;
}

/**
 * `pass` when every required gate passed; what fails on the base too is not held against it, and one that could not be
 * run is neither.
 */
export function overall(
  gates: Readonly<Record<string, GateState>>,
  columns: readonly GateColumn[],
): 'pass' | 'fail' | 'already failing' | 'not checked' | '—' {
  const states = columns.filter(({ required, blind }) => required && !blind).map(({ id }) => gates[id]);
  if (states.some((state) => state === 'fail' || state === 'timeout')) return 'fail';
  if (states.some((state) => state === 'already-failing')) return 'already failing';
  if (states.includes('missing')) return 'not checked';
  return states.some((state) => state === 'pass' || state === 'flaky') ? 'pass' : '—';
}

/** `| Model | <gate> … | Overall |`, a row per candidate. */
export function gateTable(columns: readonly GateColumn[], rows: readonly GateRow[]): string {
  const heads = [
    'Model',
    ...columns.map(
      (gate) => plainCell(gate.title) + (gate.required ? '' : ' (optional)') + (gate.blind ? ' (sees none of it)' : ''),
    ),
    'Overall',
  ];
  return table(
    heads,
    rows.map((row) => {
      const name = plainCell(row.title);
      if (row.failed !== null) return [name, ...columns.map(() => '—'), 'failed'];
      return [
        name,
        ...columns.map(({ id }) => gateCell(row.gates[id], row.counts?.[id] ?? null)),
        overall(row.gates, columns),
      ];
    }),
  );
}

function gateCell(state: GateState | undefined, counts: GateResult['counts']): string {
  if (!state) return '—';
  const failed = counts && counts.failed > 0 ? ` (${counts.failed} of ${counts.passed + counts.failed})` : '';
  return gateWord(state) + failed;
}

/** Which models take part, with which backend, and why the others do not. */
export function modelsTable(models: Readonly<Record<string, ModelInfo>>): string {
  return table(
    ['Model', 'Status', 'Backend', 'Works in'],
    Object.values(models).map((model) => [
      plainCell(model.title) + (model.primary ? ' (primary)' : ''),
      model.status === 'available' ? 'takes part' : `unavailable${model.why ? `: ${plainCell(model.why)}` : ''}`,
      model.status === 'available' && model.backend ? codeCell(model.backend) : '—',
      model.status === 'available'
        ? { main: 'your tree', worktree: 'a worktree', clone: 'a clone' }[model.workspace]
        : '—',
    ]),
  );
}

/** What decided, in words. */
export const EVIDENCE: Readonly<Record<Pick['by'], string>> = {
  only: 'no other version',
  gates: 'quality gates',
  'cross-gates': 'the others’ tests',
  judge: 'judged best',
  group: 'belongs to another file',
  files: 'most of the files',
  likeness: 'most like the others',
  trust: 'trusted most',
  equal: 'no difference',
  size: 'smallest change',
  user: 'your choice',
};

/**
 * Where a file comes from, in words: a candidate's title, several, or the base; and whether it was changed to fit the
 * rest.
 */
export function fromTitle(from: string, titles: Titles): string {
  if (from === 'base') return 'nobody (as it was)';
  const authors = from.split('+').filter((id) => id !== 'integrated');
  if (authors.length === 0) return 'the integration';
  const names = authors.map((id) => subjectTitle(id, titles)).join(' + ');
  return authors.length < from.split('+').length ? `${names} (made to fit)` : names;
}

/** So many files are told one by one; nobody reads more, and the plan's own file has all of them. */
const MOST_FILES = 200;

const allOfThem = (count: number): string =>
  `${count - MOST_FILES} more files: plan.json and the report have all of them`;

/** `| File | Best From | Why |`, with evidence and how sure it is. */
export function fileTable(plan: Plan, titles: Titles): string {
  const rows = table(
    ['File', 'Best From', 'Why', 'Evidence', 'Sure'],
    plan.files
      .slice(0, MOST_FILES)
      .map((pick) => [
        codeCell(pick.path),
        plainCell(fromTitle(pick.from, titles)) + (pick.action === 'delete' ? ' (deletes it)' : ''),
        plainCell(pick.why),
        plan.undecided.includes(pick.path) ? 'undecided' : EVIDENCE[pick.by],
        `${Math.round(pick.confidence * 100)} %`,
      ]),
    ['Sure'],
  );
  return plan.files.length > MOST_FILES ? `${rows}\n\n… and ${allOfThem(plan.files.length)}.` : rows;
}

/**
 * The plan as a numbered list, with its notes below.
 * @param again the gates will run once more, in the user's tree
 */
export function planList(plan: Plan, titles: Titles, again = false): string {
  const take = (pick: Pick): string => {
    if (pick.from === 'base') return `Leave ${codeCell(pick.path)} as it was`;
    const authors = pick.from.split('+').filter((id) => id !== 'integrated');
    const who = plainCell(fromTitle(authors.join('+') || pick.from, titles));
    if (pick.action === 'delete') return `Delete ${codeCell(pick.path)}, as ${who} did`;
    if (authors.length === 0) return `Add ${codeCell(pick.path)}, which makes the pieces fit`;
    const fitted = pick.from === authors.join('+') ? '' : ', made to fit';
    return `Take ${codeCell(pick.path)} from ${who}'s implementation${fitted}`;
  };
  const taken = plan.whole && plan.files.every((pick) => pick.from === plan.whole);
  const steps = taken
    ? [
        `Take all of ${plainCell(fromTitle(plan.whole!, titles))}'s implementation (${plan.files.length} ${plan.files.length === 1 ? 'file' : 'files'})`,
      ]
    : [
        ...plan.files.slice(0, MOST_FILES).map(take),
        ...(plan.files.length > MOST_FILES ? [`Likewise with ${allOfThem(plan.files.length)}`] : []),
      ];
  const last =
    plan.proven && plan.proven_by?.length !== 0
      ? `Combined and verified: all required quality gates pass on this result${again ? ', in a clean place; they run once more in your own tree' : ''}`
      : 'Combine and verify quality gates pass';
  const list = [...steps, last].map((step, i) => `${i + 1}. ${step}`).join('\n');
  return plan.notes.length > 0 ? `${list}\n\n${plan.notes.map((note) => `- ${plainCell(note)}`).join('\n')}` : list;
}

export interface CrossCell {
  readonly tests_of: string;
  readonly code_of: string;
  readonly tree: string;
  readonly state: GateState;
  readonly counts: GateResult['counts'];
}

/**
 * The cells that people want to see: every candidate's, and of all that was put together only what the plan proposes.
 */
export function shownCells<T extends CrossCell>(cells: readonly T[], plan: Plan | null): readonly T[] {
  const made = ['composite', 'integrated', 'result'];
  return cells.filter(({ code_of, tree }) => !made.includes(code_of) || tree === plan?.tree);
}

/** Whose tests pass on whose code; the untouched base first, then rows and columns as `titles` has them. */
export function crossGateTable(cells: readonly CrossCell[], titles: Titles): string {
  const places = [...titles.keys()];
  const place = (id: string) => (id === 'base' ? -1 : places.includes(id) ? places.indexOf(id) : places.length);
  const ordered = (ids: readonly string[]) => [...new Set(ids)].sort((a, b) => place(a) - place(b));
  const tests = ordered(cells.map((cell) => cell.tests_of));
  const code = ordered(cells.map((cell) => cell.code_of));
  return table(
    ['Code of', ...tests.map((id) => `Tests of ${plainCell(subjectTitle(id, titles))}`)],
    code.map((codeOf) => [
      plainCell(subjectTitle(codeOf, titles)),
      ...tests.map((testsOf) => {
        const cell = cells.find((each) => each.tests_of === testsOf && each.code_of === codeOf);
        return gateCell(cell?.state, cell?.counts ?? null);
      }),
    ]),
  );
}

/** Tests that only their author's code passes, in a sentence each; empty where there are none. */
export function doubtfulList(tests: readonly DoubtfulTest[], titles: Titles): string {
  return tests
    .map(({ tests_of, test }) => {
      const who = plainCell(subjectTitle(tests_of, titles));
      return `- ${codeCell(test)} of ${who} is doubtful: it passes on ${who}'s code only, so it decides nothing.`;
    })
    .join('\n');
}

/** Tests that were written to tell candidates apart and do, in a sentence each; empty where there are none. */
export function distinguishingList(tests: readonly DistinguishingTest[], titles: Titles): string {
  const names = (ids: readonly string[]) => ids.map((id) => plainCell(subjectTitle(id, titles))).join(', ');
  return tests
    .map(
      ({ name, fails, passes }) =>
        `- ${name === null ? 'The tests written to tell them apart' : `${codeCell(name)}, written to tell them apart,`} pass${name === null ? '' : 'es'} on the code of ${names(passes)} and fail${name === null ? '' : 's'} on that of ${names(fails)}.`,
    )
    .join('\n');
}

/** Gates that passed nowhere, in a sentence each. */
export function indictedList(
  gates: readonly string[],
  columns: readonly GateColumn[],
  states: Readonly<Record<string, GateState>> = {},
): string {
  return gates
    .map((gate) => {
      const title = plainCell(columns.find(({ id }) => id === gate)?.title ?? gate);
      if (states[gate] === 'missing')
        return `- ${title} could not be run, on the untouched base neither: it says nothing.`;
      return `- ${title} passes nowhere, on the untouched base neither: it may be this gate that is broken, and not what it tests.`;
    })
    .join('\n');
}

/** What came from which model. */
export function sourcesTable(
  files: readonly { readonly path: string; readonly from: string }[],
  titles: Titles,
): string {
  const by = new Map<string, string[]>();
  for (const { path, from } of files) {
    const paths = by.get(from) ?? [];
    paths.push(path);
    by.set(from, paths);
  }
  return table(
    ['From', 'Files'],
    [...by].map(([from, paths]) => {
      const named = paths.slice(0, 10).map(codeCell).join(', ');
      return [plainCell(fromTitle(from, titles)), paths.length > 10 ? `${named} and ${paths.length - 10} more` : named];
    }),
  );
}

/** One start of one backend, with what its standard error said where it failed. */
export interface AttemptRow {
  /** A slot's id. */
  readonly slot: string;
  readonly step: string;
  readonly attempt: Attempt;
  readonly why?: string | null;
  readonly excerpt?: string;
}

/** Why models failed: each failed attempt with what its tool said. Empty where none did. */
export function failureReport(rows: readonly AttemptRow[], titles: Titles): string {
  return rows
    .filter(({ attempt }) => attempt.failure)
    .map(({ slot, step, attempt, why, excerpt }) => {
      const end = processEnd(attempt);
      const ended = why?.includes(`(${end})`) ? '' : ` (${end})`;
      const line = `- **${plainCell(subjectTitle(slot, titles))}**, ${plainCell(step)} with ${codeCell(attempt.backend)}: ${attempt.failure} after ${formatClock(attempt.elapsed_ms)}${ended}${why ? ` — ${plainCell(why)}` : ''}`;
      return excerpt?.trim() ? `${line}\n\n${codeBlock(excerpt).replace(/^/gm, '  ')}\n` : line;
    })
    .join('\n');
}

/** Time, tokens and cost of every attempt, and their sum. */
export function usageTable(rows: readonly AttemptRow[], titles: Titles): string {
  const cells = rows.map(({ slot, step, attempt }) => [
    plainCell(subjectTitle(slot, titles)),
    plainCell(step),
    codeCell(attempt.backend),
    attempt.failure ?? 'ok',
    ...usageFigures([attempt]),
  ]);
  const total = ['**Total**', '', '', '', ...usageFigures(rows.map(({ attempt }) => attempt))];
  return table(['Model', 'Step', 'Backend', 'Outcome', ...FIGURES], [...cells, total], FIGURES);
}
