// A plan into the session: as an event, as plan.json, and as a patch that `git apply` takes.
import { join } from 'node:path';
import { writeDiff } from '../candidate/diff.ts';
import { COMPOSITE, type NamedTree, type Plan } from '../core/candidate.ts';
import { writeAtomic } from '../system/files.ts';
import type { StepContext } from './executor.ts';
import { describeAgain } from './gating.ts';
import type { Run } from './run-context.ts';
import { gateResults } from './tree-verdict.ts';

/** Where a pass's result lies as a patch. */
export const resultPatch = (run: Run): string => join(run.session.dir, 'result.diff');

/** Says how the gates ended on the plan's tree, where what was put together and tested last was another one. */
async function tellGates(run: Run, pass: number, plan: Plan): Promise<void> {
  if (gateResults(run.passRecord(pass)).some(({ tree }) => tree === plan.tree)) return;
  for (const gate of Object.values(run.gates)) {
    const result = await describeAgain(run, gate, plan.tree);
    if (result) run.emit({ type: 'gate_end', pass, subject: COMPOSITE, result, cached: true });
  }
}

/** From now on this is the pass's plan. @returns its tree, as later steps are given it */
export async function savePlan({ run, pass }: StepContext, plan: Plan): Promise<NamedTree> {
  const dir = await run.session.passDir(pass);
  run.plans.set(plan.tree, plan);
  await tellGates(run, pass, plan);
  run.emit({ type: 'candidate', pass, id: COMPOSITE, tree: plan.tree, files_changed: plan.files.length, side: [] });
  run.emit({ type: 'plan', pass, plan });
  const evidence = run.passRecord(pass);
  const document = {
    ...plan,
    gates: evidence?.gate_results ?? {},
    cross_gates: evidence?.cross_gates ?? [],
    judgements: evidence?.judgements ?? [],
  };
  await Promise.all([
    writeDiff(run.store, run.baseTree, plan.tree, resultPatch(run)),
    writeAtomic(join(dir, 'plan.json'), `${JSON.stringify(document, null, 2)}\n`),
  ]);
  return { id: COMPOSITE, tree: plan.tree };
}
