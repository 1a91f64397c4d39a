// Cross-gates: the tests that each candidate added or changed, run against the others' code. It costs no tokens. For
// every cell the tree has the tests of one and all else of the other, so a row always runs the same tests.
import { changes } from '../candidate/changes.ts';
import { compose } from '../candidate/compose-trees.ts';
import { readBlobs } from '../candidate/objects.ts';
import { readTrees } from '../candidate/trees.ts';
import { BASE, type Candidate, type NamedTree } from '../core/candidate.ts';
import { formatClock } from '../core/duration.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { passes } from '../core/gate-states.ts';
import { groupBy } from '../core/group-by.ts';
import type { Counts, CrossCell, FailingTest } from '../evidence/evidence.ts';
import { failuresWith } from '../evidence/failing-tests.ts';
import { globMatcher } from '../evidence/globs.ts';
import { readScripts } from '../evidence/rule-holds.ts';
import { type FilesRun, runOfFiles } from '../evidence/run-files.ts';
import { testFilesOf } from './candidates.ts';
import type { StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import { measureTree } from './gating.ts';
import type { Run } from './run-context.ts';
import { gateResults } from './tree-verdict.ts';

/** How many failing tests of a cell go into the record by name. */
const NAMED = 20;

/** The gates that run tests: those called `tests`, `unit-test`, `tests_python` … */
export const testGates = (run: Run): readonly GateSpec[] =>
  Object.values(run.gates).filter(({ id }) => !run.blind.has(id) && /(^|[-_])tests?([-_]|$)/.test(id));

/** One row of the matrix for a tree: everybody's tests, run on its code. */
export async function crossCells(
  context: StepContext,
  code: NamedTree,
  all: readonly Candidate[],
): Promise<readonly CrossCell[]> {
  const { run } = context;
  if (testGates(run).length === 0 || all.length < 2) return [];
  const authors = all.filter((each) => testFilesOf(run, each).length > 0);
  const cells = await Promise.all(
    authors.map(async (author) => {
      const ran = await cell(context, author, code);
      if (ran !== null)
        run.emit({
          type: 'cross_gate',
          pass: context.pass,
          tests_of: author.id,
          code_of: code.id,
          tree: code.tree,
          failing: ran.cell.failing.slice(0, NAMED).map(({ name }) => name),
          state: ran.cell.state,
          files: ran.files,
          counts: ran.cell.counts,
        });
      return ran;
    }),
  );
  return cells.flatMap((ran) => (ran === null ? [] : [ran.cell]));
}

/**
 * An author's tests on somebody's code, told to nobody; null: there are no gates that run tests, or the two do not go
 * together.
 */
export async function testsOn(context: StepContext, author: Candidate, code: NamedTree): Promise<CrossCell | null> {
  return (await cell(context, author, code))?.cell ?? null;
}

async function cell(
  context: StepContext,
  author: Candidate,
  code: NamedTree,
): Promise<{ readonly cell: CrossCell; readonly files: readonly string[] } | null> {
  const { run } = context;
  const gates = testGates(run);
  if (gates.length === 0) return null;
  const tree = author.tree === code.tree ? code.tree : await crossTree(run, author, code.tree);
  if (tree === null) return null;
  const paths = (await changes(run.store, run.baseTree, code.tree)).map(({ path }) => path);
  const tests = testFilesOf(run, author);
  const ran = new Set<string>();
  let worst: CrossCell['state'] = 'pass';
  let counts: Counts | null = null;
  const found: FailingTest[] = [];
  for (const gate of gates) {
    const once = code.id === BASE ? ({ once: true } as const) : {}; // nobody expects new tests to pass there
    const subject = { id: `tests-of-${author.id}-on-${code.id}`, tree, workspace: null, codeOf: code.id, ...once };
    const some = await crossCommand(context, gate, author, tests, tree);
    const { state, said } = await measureTree(context, subject, some ? forFiles(gate, some) : gate, some !== null);
    for (const file of some?.files ?? []) ran.add(file);
    counts = said.counts === null ? counts : sum(counts, said.counts);
    if (passes(state)) continue;
    worst = state;
    found.push(...failuresWith(said.failing, paths));
  }
  const failing = [...groupBy(found, ({ name }) => name).values()].map(([first]) => first!);
  return { cell: { testsOf: author.id, codeOf: code.id, state: worst, counts, failing }, files: [...ran] };
}

const sum = (one: Counts | null, other: Counts): Counts => ({
  passed: (one?.passed ?? 0) + other.passed,
  failed: (one?.failed ?? 0) + other.failed,
});

/**
 * The code of one tree with the test files of an author: what the author did to tests, and nothing of what the code's
 * own author did to them.
 */
async function crossTree(run: Run, author: Candidate, code: string): Promise<string | null> {
  const isTest = globMatcher(run.recipe.testFiles);
  const own = (await changes(run.store, run.baseTree, code)).filter(({ path }) => !isTest(path));
  const tests = [...author.changes.values()].filter(({ path }) => isTest(path));
  const picks = [
    ...own.map(({ path, after }) => ({ path, tree: after === null ? null : code })),
    ...tests.map(({ path, after }) => ({ path, tree: after === null ? null : author.tree })),
  ];
  const composed = await compose(run.store, run.baseTree, picks);
  return composed.ok ? composed.value.tree : null;
}

/** A suite that takes less costs nobody anything. */
const WORTH_TELLING_MS = 1000;

/**
 * With which command an author's tests are run on the code of others: that of the gate for the test files that the
 * author added or changed, where its runner takes some; else the whole gate (null). It is tried on the author's own
 * code first: what does not find its tests, or fails where the whole gate passes, says nothing about others.
 * @param files what the author added or changed where tests lie
 */
async function crossCommand(
  context: StepContext,
  gate: GateSpec,
  author: Candidate,
  files: readonly string[],
  tree: string,
): Promise<FilesRun | null> {
  const { run } = context;
  const key = `${author.tree} ${gate.id}`;
  const known = run.tested.crossCommands.get(key) ?? tried(context, gate, author, files);
  run.tested.crossCommands.set(key, known);
  const own = await known;
  if (own === null || author.tree === tree) return own;
  // code that starts its tests in another way is not asked in that of the author
  const here = await planned(run, gate, files, tree);
  return JSON.stringify(here?.command) === JSON.stringify(own.command) ? own : null;
}

/** What a gate is when it runs some files only. */
const forFiles = (gate: GateSpec, some: FilesRun): GateSpec => ({ ...gate, run: some.command });

async function tried(
  context: StepContext,
  gate: GateSpec,
  author: Candidate,
  files: readonly string[],
): Promise<FilesRun | null> {
  const plan = await planned(context.run, gate, files, author.tree);
  if (plan && (await finds(context, plan, gate, author))) return plan;
  if (!context.signal.aborted) tellCost(context, gate, plan);
  return null;
}

async function planned(run: Run, gate: GateSpec, files: readonly string[], tree: string): Promise<FilesRun | null> {
  const [top] = await readTrees(run.store, [tree]);
  const manifest = top!.get('package.json');
  const isFile = manifest?.mode.startsWith('100') ?? false;
  const [text] = isFile ? await readBlobs(run.store, [manifest!.oid]) : [];
  return runOfFiles(gate, files, run.recipe.runFiles, readScripts(text ? Buffer.from(text).toString() : null));
}

/** Whether the command finds the author's tests: they pass on its code, or fail as they do in the whole gate. */
async function finds(context: StepContext, plan: FilesRun, gate: GateSpec, { id, tree }: Candidate): Promise<boolean> {
  const subject = { id: `tests-of-${id}-on-${id}`, tree, workspace: null, codeOf: id };
  const { state, said } = await measureTree(context, subject, forFiles(gate, plan), true);
  const ran = said.counts === null ? null : said.counts.passed + said.counts.failed;
  if (passes(state)) return ran !== 0;
  if (said.names.size === 0 && !said.counts?.failed) return false;
  return !passes((await measureTree(context, subject, gate)).state);
}

/** What it costs that every test is run in each cell; said once for each gate. */
function tellCost({ run, pass }: StepContext, gate: GateSpec, plan: FilesRun | null): void {
  const times = gateResults(run.passRecord(pass))
    .filter((each) => each.gate === gate.id && passes(each.state))
    .map(({ elapsedMs }) => elapsedMs);
  const cost = times.length === 0 ? '' : `, ${formatClock(Math.max(...times))} a cell`;
  const why =
    plan === null
      ? 'no command is known that runs only the test files that changed ' +
        `(\`gates.${gate.id}.files\` in a recipe names one)`
      : `\`${commandText(plan.command)}\` does not run their authors' tests`;
  const level = Math.max(0, ...times) < WORTH_TELLING_MS ? 'detail' : 'info';
  run.noteOnce(`cross-gates of ${gate.id}`, `Cross-gates run the whole of ${gate.title}${cost}: ${why}.`, level);
}
