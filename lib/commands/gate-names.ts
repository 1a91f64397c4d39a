// What reports and prompts call of quality gates by name: who passed what, what failing ones said, and everyone's tests
// on everyone's code. Computed from the record when they are asked for.
import { BASE, RESULT } from '../core/candidate.ts';
import type { GateState } from '../core/gate-states.ts';
import type { Json } from '../core/json.ts';
import type { PassRecord } from '../core/session-record.ts';
import { passFolder } from '../session/home.ts';
import { gateList } from '../steps/find-gates.ts';
import type { Run } from '../steps/run-context.ts';
import { proofOf } from '../steps/tree-verdict.ts';
import { codeBlock, markdownList, markdownTable, paragraphs } from '../view/cell.ts';
import {
  brokenGateRows,
  crossGateTable,
  distinguishingTests,
  type GateColumn,
  type GateOutcome,
  type GateRow,
  gatesSaid,
  gateTable,
  ranElsewhere,
  shownCells,
  suspectTests,
} from '../view/gate-tables.ts';
import type { Titles } from '../view/titles.ts';

const NONE_RAN = '(none were run)';

export const gateNames = (run: Run, pass: PassRecord | undefined, titles: Titles): Record<string, Json> => ({
  list: gateList(run.gates),
  names: Object.keys(run.gates).join(', '),
  table: lanesTable(run, pass, titles),
  details: gateDetails(run, pass),
});

const columnsOf = (run: Run): GateColumn[] =>
  Object.values(run.gates).map(({ id, title, required }) => ({ id, title, required }));

function lanesTable(run: Run, pass: PassRecord | undefined, titles: Titles): string {
  const columns = columnsOf(run).map((gate) => ({ ...gate, blind: run.blind.has(gate.id) }));
  if (columns.length === 0) return '(no quality gates were found)';
  const order = Object.keys(run.recipe.slots);
  const models = Object.entries(pass?.models ?? {}).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const rows = models.map(([id, model]) => ({
    head: [{ who: id }],
    failed: model.status === 'ok' ? null : (model.why ?? model.status),
    ...(model.status === 'superseded' && { word: model.status }),
    gates: outcomes(model.gates, pass?.gate_results[id]),
  }));
  const base = pass?.gate_results.base;
  if (base) rows.push({ head: [{ who: BASE }], failed: null, gates: base });
  if (rows.length === 0) return NONE_RAN;
  return paragraphs(
    markdownTable(gateTable(columns, rows), titles),
    markdownList(ranElsewhere(pass?.gate_results ?? {}, titles), titles),
    markdownList(brokenGateRows(pass?.plan?.indicted ?? [], columns, base), titles),
  );
}

/** States, with how many tests passed where the results say so. */
const outcomes = (
  states: Readonly<Record<string, GateState>>,
  results: PassRecord['gate_results'][string] = {},
): Record<string, GateOutcome> =>
  Object.fromEntries(
    Object.entries(states).map(([gate, state]) => [gate, { state, counts: results[gate]?.counts ?? null }]),
  );

/** What failing gates said, each with where all of it lies. */
const gateDetails = (run: Run, pass: PassRecord | undefined): string =>
  gatesSaid(pass?.gate_results ?? {})
    .map(({ subject, gate, state, excerpt, output }) => {
      const title = `${run.title(subject)}: ${run.gates[gate]?.title ?? gate} (${state})`;
      return `### ${title}\n\n${codeBlock(excerpt)}\n\nAll of it: ${output}`;
    })
    .join('\n\n');

/** The matrix, and which tests it puts in doubt. */
export function crossText(pass: PassRecord | undefined, titles: Titles): string {
  const cells = shownCells(pass?.cross_gates ?? [], pass?.plan ?? null);
  const { files = [], tests = [] } = pass?.distinguishing ?? {};
  const folder = `${pass === undefined ? '' : passFolder(pass.number)}/tell-apart`;
  const named = files.map((path) => `\`${path}\``).join(', ');
  const kept = `They lie in \`${folder}\` of the session, and are no part of the result: ${named}`;
  return paragraphs(
    cells.length === 0 ? NONE_RAN : markdownTable(crossGateTable(cells, titles), titles),
    markdownList(suspectTests(pass?.plan?.doubtful ?? []), titles),
    ...(tests.length === 0 ? [] : [markdownList(distinguishingTests(tests), titles), kept]),
  );
}

/** How the gates ended on the result. */
export function resultGates(run: Run, titles: Titles): string {
  const { result } = run.record;
  const columns = columnsOf(run);
  if (result === null) return '(there is no result)';
  return columns.length === 0 ? NONE_RAN : markdownTable(gateTable(columns, resultRows(run, result)), titles);
}

/** Where the result was proven, and where it lies. */
function resultRows(run: Run, { tree, gates, verified }: NonNullable<Run['record']['result']>): GateRow[] {
  const row = (title: string, of: GateRow['gates']): GateRow => ({ head: [title], failed: null, gates: of });
  if (!verified) return [row(RESULT, outcomes(gates))];
  return [
    row('the result, where it was proven', proofOf(run.record.passes.at(-1), tree)),
    row('the result, in your own tree', outcomes(verified.gates)),
  ];
}
