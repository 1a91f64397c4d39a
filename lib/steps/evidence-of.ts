// Everything that was measured on a tree, as the choosing of pieces wants it: its gates, and the others' tests on its
// code. What is not known yet is measured now, in a workspace that stands free; a tree is never tested twice.
import { changes } from '../candidate/changes.ts';
import type { Candidate } from '../core/candidate.ts';
import { FailureError } from '../core/failure.ts';
import { passes } from '../core/gate-states.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Evidence, GateEvidence, MeasuredCandidate } from '../evidence/evidence.ts';
import { failuresWith } from '../evidence/failing-tests.ts';
import { globMatcher } from '../evidence/globs.ts';
import { rankContext } from '../evidence/rank-context.ts';
import { crossCells } from './crossing.ts';
import type { StepContext } from './executor.ts';
import { describeAgain, gateKey, runGates } from './gating.ts';
import type { Run } from './run-context.ts';

/**
 * Gates and cross-gates of a tree, measured where they are not known.
 * @param id under which its gate results are told: a candidate's, or `composite`
 * @throws FailureError when the run was interrupted: what was measured of it then proves nothing
 */
export async function evidenceOf(
  context: StepContext,
  id: string,
  tree: string,
  all: readonly Candidate[],
): Promise<Evidence> {
  const { run } = context;
  const untested = Object.values(run.gates).some((gate) => !run.tested.measured.has(gateKey(tree, gate)));
  const told = id in (run.passRecord(context.pass)?.gate_results ?? {});
  const changing = changes(run.store, run.baseTree, tree);
  changing.catch(() => {}); // thrown where it is waited for
  if (untested || !told) await runGates(context, { id, tree, workspace: null });
  const changed = await changing;
  const isTest = globMatcher(run.recipe.testFiles);
  const cross = run.recipe.settings.crossGates ? await crossCells(context, { id, tree }, all) : [];
  if (context.signal.aborted) throw new FailureError(messages.interrupted());
  return {
    tree,
    gates: await gateEvidence(
      run,
      tree,
      changed.map(({ path }) => path),
    ),
    cross,
    size: changed
      .filter(({ path }) => !isTest(path))
      .reduce((sum, { addedLines, deletedLines }) => sum + addedLines + deletedLines, 0),
  };
}

/** The candidates with what was measured of each. */
export const measuredCandidates = (
  context: StepContext,
  all: readonly Candidate[],
): Promise<readonly MeasuredCandidate[]> =>
  Promise.all(all.map(async ({ id, tree }) => ({ id, evidence: await evidenceOf(context, id, tree, all) })));

/** The same, with what it takes to compare them, and the code files that each changed. */
export async function rankingOf(context: StepContext, all: readonly Candidate[]) {
  const { run } = context;
  const isTest = globMatcher(run.recipe.testFiles);
  const candidates = await measuredCandidates(context, all);
  const code = new Map(
    all.map(({ id, changes: own }) => [id, [...own.keys()].filter((path) => !isTest(path))] as const),
  );
  return {
    candidates,
    code,
    ranking: rankContext(await gateEvidence(run, run.baseTree, []), candidates, code),
  };
}

/** How the gates ended on a tree, with the tests that failed; gates that have not run on it are left out. */
export async function gateEvidence(run: Run, tree: string, paths: readonly string[]): Promise<readonly GateEvidence[]> {
  const found = await Promise.all(
    Object.values(run.gates).map(async (gate): Promise<GateEvidence | null> => {
      if (run.blind.has(gate.id)) return null;
      const result = await describeAgain(run, gate, tree);
      if (result === null) return null;
      const measured = (await run.tested.measured.get(gateKey(tree, gate)))!;
      const believed = measured.rerun ?? measured.first;
      return {
        gate: gate.id,
        state: result.state,
        exitCode: result.exitCode,
        counts: result.counts,
        required: gate.required,
        failing: passes(result.state) ? [] : failuresWith(believed.said.failing, paths),
      };
    }),
  );
  return found.filter((each) => each !== null);
}
