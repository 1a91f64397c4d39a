// With which command an author's tests are run on the code of others: that of the gate for the test files that the
// author added or changed, where its runner takes some; else the whole gate. It is tried on the author's own code
// first: what does not find its tests, or fails where the whole gate passes, says nothing about others.
import { readBlobs } from '../candidate/objects.ts';
import { readTrees } from '../candidate/trees.ts';
import { formatClock } from '../core/duration.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { passes } from '../evidence/evidence.ts';
import { readScripts } from '../evidence/rule-holds.ts';
import { type FilesRun, runOfFiles } from '../evidence/run-files.ts';
import type { Entrant } from './entrants.ts';
import type { StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import { measureTree } from './gating.ts';
import type { Run } from './run.ts';

/** A suite that takes less costs nobody anything. */
const WORTH_TELLING_MS = 1000;

/**
 * The command for a tree with an author's tests; null: the whole gate.
 * @param files what the author added or changed where tests lie
 */
export async function crossCommand(
  context: StepContext,
  gate: GateSpec,
  author: Entrant,
  files: readonly string[],
  tree: string,
): Promise<FilesRun | null> {
  const { run } = context;
  const key = `${author.tree} ${gate.id}`;
  const known = run.crossCommands.get(key) ?? tried(context, gate, author, files);
  run.crossCommands.set(key, known);
  const own = await known;
  if (own === null || author.tree === tree) return own;
  // code that starts its tests in another way is not asked in that of the author
  const here = await planned(run, gate, files, tree);
  return JSON.stringify(here?.command) === JSON.stringify(own.command) ? own : null;
}

/** What a gate is when it runs some files only. */
export const forFiles = (gate: GateSpec, some: FilesRun): GateSpec => ({ ...gate, run: some.command });

async function tried(
  context: StepContext,
  gate: GateSpec,
  author: Entrant,
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
async function finds(context: StepContext, plan: FilesRun, gate: GateSpec, { id, tree }: Entrant): Promise<boolean> {
  const subject = { id: `tests-of-${id}-on-${id}`, tree, workspace: null };
  const { state, said } = await measureTree(context, subject, forFiles(gate, plan), true);
  const ran = said.counts === null ? null : said.counts.passed + said.counts.failed;
  if (passes(state)) return ran !== 0;
  if (said.names.size === 0 && !said.counts?.failed) return false;
  return !passes((await measureTree(context, subject, gate)).state);
}

/** What it costs that every test is run in each cell; said once for each gate. */
function tellCost({ run, pass }: StepContext, gate: GateSpec, plan: FilesRun | null): void {
  const times = Object.values(run.passRecord(pass)?.gate_results ?? {}).flatMap((results) => {
    const result = results[gate.id];
    return result && passes(result.state) ? [result.elapsedMs] : [];
  });
  const cost = times.length === 0 ? '' : `, ${formatClock(Math.max(...times))} a cell`;
  const why =
    plan === null
      ? `no command is known that runs only the test files that changed (\`gates.${gate.id}.files\` in a recipe names one)`
      : `\`${commandText(plan.command)}\` does not run their authors' tests`;
  const level = Math.max(0, ...times) < WORTH_TELLING_MS ? 'detail' : 'info';
  run.noteOnce(`cross-gates of ${gate.id}`, `Cross-gates run the whole of ${gate.title}${cost}: ${why}.`, level);
}
