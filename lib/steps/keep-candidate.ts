// What a slot's model made of its own candidate takes its place, if its gates do at least as well: in a lane, where
// nothing is known of the others yet.
import { changes } from '../candidate/changes.ts';
import { isTree, type NamedTree } from '../core/candidate.ts';
import { ok } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { standing } from '../evidence/rank.ts';
import { rankContext } from '../evidence/rank-context.ts';
import { gateEvidence } from './evidence-of.ts';
import type { StepContext, StepResult } from './executor.ts';
import { treeOf } from './named-trees.ts';
import { publishCandidate } from './publish-candidate.ts';
import type { Run } from './run.ts';

/** The candidate that is meant, where it is one of a slot's; null: it was put together. */
export const ownCandidate = ({ run }: StepContext, than: Json | undefined): NamedTree | null =>
  than !== undefined && isTree(than) && than.id in run.recipe.slots ? than : null;

/** @param before the candidate as it was; its gates and those of the step's value have run */
export async function keepCandidate(context: StepContext, before: NamedTree): Promise<StepResult> {
  const { run, pass } = context;
  const { id } = before;
  const made = treeOf(run, pass, context.value)?.tree ?? before.tree;
  if (made === before.tree) return ok(before);
  const base = await gateEvidence(run, run.baseTree, []);
  const [now, then] = [await measuredOn(run, made), await measuredOn(run, before.tree)];
  const verdict = standing(now, then, rankContext(base, [], new Map()));
  const title = run.title(id);
  if (!verdict.notWorse) {
    run.note(`${title}: what it changed then is dropped, since it made its work worse: ${verdict.why}.`);
    return ok(before);
  }
  run.note(`${title}: what it changed then is kept${verdict.better ? `: ${verdict.why}` : ''}.`);
  const workspace = run.workspaces.get(id);
  const captured = workspace && run.captured.get(workspace.id);
  await publishCandidate(context, { id, tree: made }, captured?.tree === made ? captured.side : []);
  return ok({ id, tree: made });
}

async function measuredOn(run: Run, tree: string): Promise<Evidence> {
  const paths = (await changes(run.store, run.baseTree, tree)).map(({ path }) => path);
  return { tree, gates: await gateEvidence(run, tree, paths), cross: [], size: 0 };
}
