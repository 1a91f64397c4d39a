// The names that reports and prompts may use beside what steps save: tables of what the run knows so far. Made when
// they are asked for, from the record and from what lies in the session's folder; kept nowhere.
import { homedir } from 'node:os';
import { type CrossGate, EARLIER, type NamedTree } from '../core/candidate.ts';
import type { Json } from '../core/json.ts';
import type { Named } from '../core/scope.ts';
import type { PassRecord } from '../core/session-record.ts';
import { leftOutSentence } from '../evidence/left-out.ts';
import { render } from '../recipe/template.ts';
import { captured } from '../steps/candidates.ts';
import { judgesNotes } from '../steps/judgement.ts';
import { isProven, needsIntegration, nothingToMend, unmetTests } from '../steps/mending.ts';
import type { Run } from '../steps/run-context.ts';
import { codeBlock, markdownTable, paragraphs, plainCell } from '../view/cell.ts';
import { fileTable, planList } from '../view/plan-tables.ts';
import { sourcesTable } from '../view/tables.ts';
import type { Titles } from '../view/titles.ts';
import { deliveryNames } from './delivery-names.ts';
import { crossText, gateNames, resultGates } from './gate-names.ts';
import { modelNames } from './model-names.ts';

/** Names by their first part; each is made anew when it is used. */
export function reportNames(run: Run, lookup: (path: string) => Json | undefined): Readonly<Record<string, Named>> {
  const titles = () =>
    new Map([
      [EARLIER, 'the earlier pass'],
      ...Object.values(run.recipe.slots).map(({ id, title }) => [id, title] as const),
    ]);
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
    models: () => ({ ...modelNames(run, pass(), titles()), differ: () => candidatesDiffer(run, pass()) }),
    gates: () => gateNames(run, pass(), titles()),
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
    result: () => resultNames(run, titles(), lookup),
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
    needs_integration: run.recipe.settings.integrate !== 'after' && needsIntegration(run, pass, plan),
    nothing_to_mend: nothingToMend(run, pass, plan),
    integrate_after: run.mends > 0 || (run.recipe.settings.integrate === 'after' && needsIntegration(run, pass, plan)),
    settled: isSettled(pass),
    undecided: plan.undecided.length > 0,
  };
}

/** What the models of a pass left that is no part of their candidates, a sentence each. */
const leftOut = (run: Run, pass: PassRecord | undefined): string[] =>
  Object.entries(pass?.models ?? {})
    .map(([id, { side }]) => plainCell(leftOutSentence(run.title(id), side, run.recipe.caches)))
    .filter((said) => said !== '');

function resultNames(run: Run, titles: Titles, lookup: (path: string) => Json | undefined): Record<string, Json> {
  const { result } = run.record;
  const failure = String(lookup('outcome.failure') ?? '');
  const outcome = result ? (failure ? 'Not Complete' : 'Done') : failure ? 'No Result' : 'Nothing Applied';
  const plan = run.record.passes.at(-1)?.plan;
  return {
    outcome,
    table: result ? markdownTable(sourcesTable(result.files), titles) : '(nothing was applied)',
    gates: resultGates(run, titles),
    notes: paragraphs(
      failureText(failure),
      [...(plan?.notes ?? []), ...leftOut(run, run.record.passes.at(-1))].map((note) => `- ${note}`).join('\n'),
    ),
    applied: result !== null,
  };
}

/** What is said in lines stays in lines. */
function failureText(failure: string): string {
  const [first = '', ...more] = failure.split('\n');
  return more.length === 0 ? failure : `${first}\n\n${codeBlock(more.join('\n'))}`;
}

/** Nothing is left for another pass: all is proven, by gates and by the others' tests, and decided. */
function isSettled(pass: PassRecord): boolean {
  const { plan } = pass;
  if (!plan?.proven || plan.undecided.length > 0 || plan.proven_by?.length === 0) return false;
  return unmetTests(pass, plan).length === 0;
}

/** What the pass before gave and left open, for the prompt of a later one. */
function earlierResult(pass: PassRecord | undefined, titles: Titles): string {
  const plan = pass?.plan;
  if (!pass || !plan) return '';
  const own = Object.values(pass.gate_results)
    .flatMap((results) => Object.values(results))
    .filter(({ tree, excerpt }) => tree === plan.tree && excerpt !== '');
  const failing = [...new Map(own.map((result) => [result.gate, result])).values()];
  const judged = judgesNotes(pass.judgements, (id) => titles.get(id) ?? id);
  return paragraphs(
    markdownTable(fileTable(plan), titles),
    failing.length > 0
      ? ['Gates that failed on it:', ...failing.map(({ gate, excerpt }) => `${gate}:\n\n${codeBlock(excerpt)}`)].join(
          '\n\n',
        )
      : 'All of its gates passed.',
    plan.undecided.length > 0
      ? `Files for which it is undecided which version is best: ${plan.undecided.join(', ')}`
      : '',
    failingTests(unmetTests(pass, plan), titles),
    judged === '' ? '' : `What those who compared the versions noted:\n\n${judged}`,
    plan.notes.length > 0 ? `Notes:\n\n${plan.notes.map((note) => `- ${note}`).join('\n')}` : '',
  );
}

/** Whose tests fail on what was proposed, with their names. */
function failingTests(cells: readonly CrossGate[], titles: Titles): string {
  const lines = cells.map(({ tests_of, failing }) => {
    const names = failing.length > 0 ? `: ${failing.map((name) => JSON.stringify(name)).join(', ')}` : '';
    return `- of ${titles.get(tests_of) ?? tests_of}${names}`;
  });
  return lines.length > 0 ? `Tests of others that fail on it:\n\n${lines.join('\n')}` : '';
}
