// Who passed what: the quality gates of every tree, everyone's tests on everyone's code, and which of them say nothing.
// As tables and sentences of pieces (table-data.ts). Pure.
import {
  BASE,
  COMPOSITE,
  type CrossGate,
  type DistinguishingTest,
  type DoubtfulTest,
  type GateResult,
  INTEGRATED,
  type Plan,
  RESULT,
} from '../core/candidate.ts';
import { type GateState, isFailure, passes } from '../core/gate-states.ts';
import { groupBy } from '../core/group-by.ts';
import type { Line, Piece, Table } from './table-data.ts';
import type { Titles } from './titles.ts';

/** A quality gate as a column. */
export interface GateColumn {
  readonly id: string;
  readonly title: string;
  /** Null: the record does not say. */
  readonly required: boolean | null;
  /** It shows nothing of what the candidates are: its cells count for nothing. */
  readonly blind?: boolean;
}

/** What is shown of a gate's result. */
export type GateOutcome = Pick<GateResult, 'state'> & Partial<Pick<GateResult, 'counts' | 'elapsedMs'>>;

export interface GateRow {
  /** Whose, or what it is. */
  readonly head: Line;
  /** Why it has no gates at all (its model failed); null where it has. */
  readonly failed: string | null;
  readonly gates: Readonly<Record<string, GateOutcome>>;
  /** What it is called then, where that is no failure. */
  readonly word?: string;
}

/** `pass` when every required gate did; one that fails on the base too, or could not be run, is no failure. */
export function overall(
  gates: Readonly<Record<string, GateState>>,
  columns: readonly GateColumn[],
): 'pass' | 'fail' | 'already failing' | 'not checked' | '—' {
  const states = columns.filter(({ required, blind }) => required && !blind).map(({ id }) => gates[id]);
  if (states.some((state) => state !== undefined && isFailure(state))) return 'fail';
  if (states.some((state) => state === 'already-failing')) return 'already failing';
  if (states.includes('missing')) return 'not checked';
  return states.some((state) => state !== undefined && passes(state)) ? 'pass' : '—';
}

/** `| Model | <gate> … | Overall |`, a row per candidate; without the last where it is not known what is required. */
export function gateTable(columns: readonly GateColumn[], rows: readonly GateRow[]): Table {
  const summed = columns.every(({ required }) => required !== null);
  const head = ({ title, required, blind }: GateColumn): Line => [
    `${title}${required === false ? ' (optional)' : ''}${blind ? ' (sees none of it)' : ''}`,
  ];
  const end = (word: string): Line[] => (summed ? [[word]] : []);
  return {
    caption: 'Quality gates of each version',
    kind: 'matrix',
    heads: [['Model'], ...columns.map(head), ...end('Overall')],
    rows: rows.map(({ head, failed, gates, word = 'failed' }) => ({
      cells: [
        head,
        ...columns.map(({ id }) => outcome(failed === null ? gates[id] : undefined)),
        ...end(failed === null ? overall(statesOf(gates), columns) : word),
      ],
      why: failed,
    })),
  };
}

const statesOf = (gates: GateRow['gates']): Record<string, GateState> =>
  Object.fromEntries(Object.entries(gates).map(([gate, { state }]) => [gate, state]));

const outcome = (of: GateOutcome | undefined): Line =>
  of ? [{ gate: of.state, counts: of.counts ?? null, ...(of.elapsedMs ? { elapsedMs: of.elapsedMs } : {}) }] : ['—'];

/** What gates said that did not pass, and on whose code. */
export const gatesSaid = (results: Readonly<Record<string, Readonly<Record<string, GateResult>>>>) =>
  Object.entries(results).flatMap(([subject, of]) =>
    Object.values(of)
      .filter(({ excerpt }) => excerpt !== '')
      .map((result) => ({ subject, ...result })),
  );

/** Which gates ran on hosts, and on whose code, a sentence each host. */
export function ranElsewhere(
  results: Readonly<Record<string, Readonly<Record<string, GateResult>>>>,
  titles: Titles,
): readonly Line[] {
  const all = Object.entries(results).flatMap(([subject, of]) =>
    Object.values(of).flatMap(({ gate, host }) => (host === undefined ? [] : [{ subject, gate, host }])),
  );
  return [...groupBy(all, ({ host }) => host)].map(([host, ran]): Line => {
    const gates = [...groupBy(ran, ({ gate }) => gate)].map(([gate, each], at): Piece[] => [
      `${at > 0 ? '; ' : ''}${gate} (`,
      ...listed(
        inOrder(
          each.map(({ subject }) => subject),
          titles,
        ),
      ),
      ')',
    ]);
    return [`On ${host} ran `, ...gates.flat(), '.'];
  });
}

/** The cells worth showing: every candidate's, and of all that was put together only what the plan proposes. */
export function shownCells<T extends CrossGate>(cells: readonly T[], plan: Plan | null): readonly T[] {
  const made = [COMPOSITE, INTEGRATED, RESULT];
  return cells.filter(({ code_of, tree }) => !made.includes(code_of) || tree === plan?.tree);
}

/** The base first, then the slots as `titles` has them, then what was made of them. */
export function inOrder(ids: readonly string[], titles: Titles): readonly string[] {
  const slots = [...titles.keys()];
  const rank = (id: string) => (id === BASE ? -1 : slots.includes(id) ? slots.indexOf(id) : slots.length);
  return [...new Set(ids)].sort((a, b) => rank(a) - rank(b));
}

/** Whose tests pass on whose code. */
export function crossGateTable(cells: readonly CrossGate[], titles: Titles): Table {
  const named = (key: 'tests_of' | 'code_of') => inOrder([...new Set(cells.map((cell) => cell[key]))], titles);
  const [tests, code] = [named('tests_of'), named('code_of')];
  const of = new Map(cells.map((cell) => [JSON.stringify([cell.tests_of, cell.code_of]), cell]));
  return {
    caption: "Everyone's tests on everyone's code",
    kind: 'matrix',
    heads: [['Code of'], ...tests.map((id): Line => ['Tests of ', { who: id }])],
    rows: code.map((codeOf) => ({
      cells: [[{ who: codeOf }], ...tests.map((testsOf) => outcome(of.get(JSON.stringify([testsOf, codeOf]))))],
    })),
  };
}

/** Tests that only their author's code passes, a sentence each. */
export const suspectTests = (tests: readonly DoubtfulTest[]): readonly Line[] =>
  tests.map(({ tests_of, test }) => [
    { code: test },
    ' of ',
    { who: tests_of },
    ' is doubtful: it passes on ',
    { who: tests_of },
    "'s code only, so it decides nothing.",
  ]);

/** Tests that were written to tell candidates apart and do, a sentence each. */
export const distinguishingTests = (tests: readonly DistinguishingTest[]): readonly Line[] =>
  tests.map(({ name, fails, passes }) => [
    ...(name === null
      ? ['The tests written to tell them apart pass on the code of ']
      : [{ code: name }, ', written to tell them apart, passes on the code of ']),
    ...listed(passes),
    ` and fail${name === null ? '' : 's'} on that of `,
    ...listed(fails),
    '.',
  ]);

const listed = (ids: readonly string[]): Piece[] => ids.flatMap((id, at) => [...(at > 0 ? [', '] : []), { who: id }]);

/** Gates that passed nowhere, a sentence each. */
export const brokenGateRows = (
  gates: readonly string[],
  columns: readonly GateColumn[],
  base: Readonly<Record<string, GateOutcome>> = {},
): readonly Line[] =>
  gates.map((gate) => {
    const title = columns.find(({ id }) => id === gate)?.title ?? gate;
    if (base[gate]?.state === 'missing')
      return [`${title} could not be run, on the untouched base neither: it says nothing.`];
    const broken = 'it may be this gate that is broken, and not what it tests.';
    return [`${title} passes nowhere, on the untouched base neither: ${broken}`];
  });
