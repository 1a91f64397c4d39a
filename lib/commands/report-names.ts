// The names that reports and prompts may use beside what steps save: tables of what the run knows so far.
// Made when they are asked for, from the record and
// from what lies in the session's folder; kept nowhere.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inWords, spentOf, unknownCalls } from '../core/budget.ts';
import type { GateState, NamedTree } from '../core/candidate.ts';
import type { Json } from '../core/json.ts';
import type { Named } from '../core/scope.ts';
import type { PassRecord } from '../core/session-record.ts';
import { minutesSpent } from '../core/spent.ts';
import { leftOutSentence } from '../evidence/left-out.ts';
import { render } from '../recipe/template.ts';
import { passFolder } from '../session/home.ts';
import { captured, EARLIER } from '../steps/entrants.ts';
import { fenced } from '../steps/fenced.ts';
import { gateList } from '../steps/find-gates.ts';
import { isProven, needsIntegration, nothingToMend } from '../steps/mending.ts';
import type { Run } from '../steps/run.ts';
import { proofOf } from '../steps/tree-verdict.ts';
import { beginningOf } from '../system/read-parts.ts';
import { codeBlock, markdownList, markdownTable, plainCell } from '../view/cell.ts';
import {
  brokenGates,
  crossGateTable,
  distinguishingTests,
  type GateColumn,
  type GateOutcome,
  type GateRow,
  gatesSaid,
  gateTable,
  shownCells,
  suspectTests,
} from '../view/gate-tables.ts';
import { fileTable, planList } from '../view/plan-tables.ts';
import { failureReport, modelsTable, type StartRow, sourcesTable, usageTable } from '../view/tables.ts';
import type { Titles } from '../view/titles.ts';
import { unknownUsage, usageByStep } from '../view/usage-by-step.ts';
import { deliveryNames } from './delivery-names.ts';
import { earlierResult, isSettled } from './earlier-result.ts';

/** Of one answer, in characters: several must fit into one prompt. */
const LONGEST_ANSWER = 200_000;
const NONE_RAN = '(none were run)';

/** Names by their first part; each is made anew when it is used. */
export function reportNames(run: Run, lookup: (path: string) => Json | undefined): Readonly<Record<string, Named>> {
  const titles = () =>
    new Map([
      ['earlier', 'the earlier pass'],
      ...Object.values(run.recipe.slots).map(({ id, title }) => [id, title] as const),
    ]);
  const columns = (): GateColumn[] =>
    Object.values(run.gates).map(({ id, title, required }) => ({ id, title, required }));
  const laneColumns = (): GateColumn[] => columns().map((gate) => ({ ...gate, blind: run.blind.has(gate.id) }));
  const pass = (): PassRecord | undefined => run.roundRecords.at(-1);
  return {
    home: homedir(),
    session: () =>
      run.opened
        ? {
            id: run.session.id,
            dir: run.session.dir,
            started: run.record.created_at,
            passes: run.record.pass_count,
            timeout: run.timeoutSaid,
          }
        : undefined,
    pass: () => ({ number: 1, count: 1, first: true, later: false, stamp: run.roundStamp(1) }),
    models: () => ({
      timeout_command: run.timeoutCommand ?? 'none',
      names: [...run.seats.values()].map(({ slot }) => slot.title).join(', '),
      table: markdownTable(modelsTable(run.record.models), titles()),
      failures: failures(run, titles()),
      usage: usageText(run, titles()),
      answers: () => answers(run, pass()),
      differ: () => candidatesDiffer(run, pass()),
    }),
    gates: () => ({
      list: gateList(run.gates),
      names: Object.keys(run.gates).join(', '),
      table: lanesTable(run, laneColumns(), pass(), titles()),
      details: gateDetails(run, pass()),
    }),
    cross: () => ({ table: crossText(pass(), titles()) }),
    // each is filled in when it is named: one may name another, but none itself (the recipe's check sees to that)
    reports: Object.fromEntries(
      Object.entries(run.recipe.reports).map(([name, text]) => [
        name,
        () => (name === 'next' && run.record.result === null ? '' : render(nextIn(run, name, text), lookup)),
      ]),
    ),
    plan: () => planNames(run, pass(), titles()),
    delivery: () => deliveryNames(run, pass(), titles()),
    captured: () => capturedNow(run, pass()),
    prior: () => earlierResult(run.roundRecords.filter(({ plan }) => plan !== null).at(-1), titles()),
    result: () => resultNames(run, columns(), titles(), lookup),
  };
}

/** What comes next is another thing where the result lies on a branch. */
const nextIn = ({ record, recipe }: Run, name: string, text: string): string =>
  name === 'next' && record.delivered ? (recipe.reports.delivered ?? text) : text;

/** The candidates of a pass as they stand now, and what the pass before put together. */
function capturedNow(run: Run, pass: PassRecord | undefined): readonly NamedTree[] {
  if (!pass) return [];
  const earlier = run.passRecord(pass.number - 1)?.plan?.tree;
  return [...captured(run, pass.number), ...(earlier === undefined ? [] : [{ id: EARLIER, tree: earlier }])];
}

/** Whether there is something to compare: not all that take part made the same. */
const candidatesDiffer = (run: Run, pass: PassRecord | undefined): boolean =>
  new Set(capturedNow(run, pass).flatMap(({ id, tree }) => (run.isOut(id, pass!.number) ? [] : [tree]))).size > 1;

/** The matrix, and which tests it puts in doubt. */
function crossText(pass: PassRecord | undefined, titles: Titles): string {
  const cells = shownCells(pass?.cross_gates ?? [], pass?.plan ?? null);
  const { files = [], tests = [] } = pass?.distinguishing ?? {};
  const folder = `${pass === undefined ? '' : passFolder(pass.number)}/tell-apart`;
  const named = files.map((path) => `\`${path}\``).join(', ');
  const kept = `They lie in \`${folder}\` of the session, and are no part of the result: ${named}`;
  return [
    cells.length === 0 ? NONE_RAN : markdownTable(crossGateTable(cells, titles), titles),
    markdownList(suspectTests(pass?.plan?.doubtful ?? []), titles),
    ...(tests.length === 0 ? [] : [markdownList(distinguishingTests(tests), titles), kept]),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** What the plan of the current pass is called by; nothing where there is none yet. */
function planNames(run: Run, pass: PassRecord | undefined, titles: Titles): Record<string, Json> | undefined {
  const plan = pass?.plan;
  if (!plan) return undefined;
  return {
    table: markdownTable(fileTable(plan), titles),
    steps: planList({ ...plan, notes: [] }, titles, run.recipe.verify === 'tree' && !run.options?.delivery),
    notes: [...plan.notes, ...leftOut(run, pass)].map((note) => `- ${note}`).join('\n'),
    whole: plan.whole ?? '',
    proven: isProven(run, plan),
    needs_integration: run.recipe.options.integrate !== 'after' && needsIntegration(run, pass, plan),
    nothing_to_mend: nothingToMend(run, pass, plan),
    integrate_after: run.mends > 0 || (run.recipe.options.integrate === 'after' && needsIntegration(run, pass, plan)),
    settled: isSettled(pass),
    undecided: plan.undecided.length > 0,
  };
}

/** What the models of a pass left that is no part of their candidates, a sentence each. */
const leftOut = (run: Run, pass: PassRecord | undefined): string[] =>
  Object.entries(pass?.models ?? {})
    .map(([id, { side }]) => plainCell(leftOutSentence(run.title(id), side, run.recipe.caches)))
    .filter((said) => said !== '');

function lanesTable(run: Run, columns: readonly GateColumn[], pass: PassRecord | undefined, titles: Titles): string {
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
  if (base) rows.push({ head: [{ who: 'base' }], failed: null, gates: base });
  if (rows.length === 0) return NONE_RAN;
  return [
    markdownTable(gateTable(columns, rows), titles),
    markdownList(brokenGates(pass?.plan?.indicted ?? [], columns, base), titles),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** States, with how many tests passed where the results say so. */
const outcomes = (
  states: Readonly<Record<string, GateState>>,
  results: PassRecord['gate_results'][string] = {},
): Record<string, GateOutcome> =>
  Object.fromEntries(
    Object.entries(states).map(([gate, state]) => [gate, { state, counts: results[gate]?.counts ?? null }]),
  );

/** What the models of this pass answered in lanes of their own, in the recipe's order, without their names. */
function answers(run: Run, pass: PassRecord | undefined): string {
  if (!pass || !run.opened) return '';
  const folder = join(run.session.dir, passFolder(pass.number), 'outputs');
  const texts = Object.keys(run.recipe.slots)
    .filter((id) => pass.models[id]?.status === 'ok')
    .map((id) => lastAnswer(folder, id))
    .filter((text) => text.trim() !== '');
  if (texts.length <= 1) return (texts[0] ?? '').trimEnd();
  return texts.map((text, place) => `### Answer ${place + 1}\n\n${fenced(text)}`).join('\n\n');
}

/** The answer of a slot's last attempt; '' where there is none. */
function lastAnswer(folder: string, slot: string): string {
  let text = '';
  for (let number = 1; ; number++) {
    const file = join(folder, `${slot}${number === 1 ? '' : `.${number}`}.md`);
    if (!existsSync(file)) return text;
    text = beginningOf(file, LONGEST_ANSWER);
  }
}

function attempts(run: Run): StartRow[] {
  return run.record.passes.flatMap((pass) => [
    ...Object.entries(pass.models).flatMap(([slot, { attempts }]) =>
      attempts.map((attempt) => ({ slot, step: attempt.step ?? '', backend: attempt.backend, attempt })),
    ),
    ...pass.asked.map(({ slot, step, attempt }) => ({ slot, step, backend: attempt.backend, attempt })),
  ]);
}

/** Every start, and what each step took of all of it. */
function usageText(run: Run, titles: Titles): string {
  const all = attempts(run);
  if (all.length === 0) return ['No model was asked.', spentText(run)].filter(Boolean).join(' ');
  const ended = all.flatMap(({ step, attempt }) => (attempt ? [{ step, attempt }] : []));
  return [
    markdownTable(usageTable(all), titles),
    ended.length > 0 ? markdownTable(usageByStep(ended), titles) : '',
    plainCell(unknownUsage(ended)),
    spentText(run),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** What was spent of the budget, and what nobody knows of that; '' where there is none. */
function spentText({ record: { budget, spent } }: Run): string {
  if (!budget || !spent) return '';
  const said = spentOf(budget, { usd: spent.usd, minutes: minutesSpent(spent, Date.now()) }, spent.unknown);
  const open = unknownCalls(spent);
  return [
    said === '' ? `Budget: ${inWords(budget)}.` : `Spent: ${said}.`,
    open === '' ? '' : `What ${open} cost is unknown.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function failures(run: Run, titles: Titles): string {
  const rows = run.record.passes.flatMap((pass) =>
    Object.entries(pass.models).flatMap(([slot, { attempts, why, status }]) =>
      attempts.map((attempt, index) => ({
        slot,
        step: `attempt ${index + 1}`,
        attempt,
        why: attempt.why ?? (status === 'failed' && index === attempts.length - 1 ? why : null),
      })),
    ),
  );
  const report = failureReport(rows, titles);
  const absent = Object.values(run.record.models).filter(({ status }) => status === 'unavailable');
  const missing = absent.map(({ title, why }) => `- **${title}** took no part: ${why ?? 'not available'}`).join('\n');
  const superseded = run.record.passes.flatMap(({ models, number }) =>
    Object.entries(models).flatMap(([slot, { status, why }]) => {
      const when = run.record.passes.length > 1 ? ` in pass ${number}` : '';
      return status === 'superseded' ? [`- **${run.title(slot)}** is superseded${when}: ${why}`] : [];
    }),
  );
  const text = [report, missing, ...superseded].filter((part) => part !== '').join('\n');
  return text === '' ? '' : `## Models That Failed or Took No Part\n\n${text}`;
}

function resultNames(
  run: Run,
  columns: readonly GateColumn[],
  titles: Titles,
  lookup: (path: string) => Json | undefined,
): Record<string, Json> {
  const { result } = run.record;
  const failure = String(lookup('outcome.failure') ?? '');
  const outcome = result ? (failure ? 'Not Complete' : 'Done') : failure ? 'No Result' : 'Nothing Applied';
  const plan = run.record.passes.at(-1)?.plan;
  return {
    outcome,
    table: result ? markdownTable(sourcesTable(result.files), titles) : '(nothing was applied)',
    gates:
      result && columns.length > 0
        ? markdownTable(gateTable(columns, resultRows(run, result)), titles)
        : result
          ? NONE_RAN
          : '(there is no result)',
    notes: [
      failureText(failure),
      [...(plan?.notes ?? []), ...leftOut(run, run.record.passes.at(-1))].map((note) => `- ${note}`).join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
    applied: result !== null,
  };
}

/** What is said in lines stays in lines. */
function failureText(failure: string): string {
  const [first = '', ...more] = failure.split('\n');
  return more.length === 0 ? failure : `${first}\n\n${codeBlock(more.join('\n'))}`;
}

/** Where the result was proven, and where it lies. */
function resultRows(run: Run, { tree, gates, verified }: NonNullable<Run['record']['result']>): GateRow[] {
  const row = (title: string, of: GateRow['gates']): GateRow => ({ head: [title], failed: null, gates: of });
  if (!verified) return [row('result', outcomes(gates))];
  return [
    row('the result, where it was proven', proofOf(run.record.passes.at(-1), tree)),
    row('the result, in your own tree', outcomes(verified.gates)),
  ];
}

/** What failing gates said, each with where all of it lies. */
const gateDetails = (run: Run, pass: PassRecord | undefined): string =>
  gatesSaid(pass?.gate_results ?? {})
    .map(({ subject, gate, state, excerpt, output }) => {
      const title = `${run.title(subject)}: ${run.gates[gate]?.title ?? gate} (${state})`;
      return `### ${title}\n\n${codeBlock(excerpt)}\n\nAll of it: ${output}`;
    })
    .join('\n\n');
