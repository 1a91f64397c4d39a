// The trees that a step is given by the recipe's names. The words of 0.1.0 (a slot, `base`, `plan`, `integrated`) stand
// for the trees that the record has under them.
import { BASE, COMPOSITE, isTree, type NamedTree, PLAN, type Plan } from '../core/candidate.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import type { Json, JsonSchema } from '../core/json.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { StepContext } from './executor.ts';
import type { Run } from './run-context.ts';

/** What a step takes that needs a tree which was put together. */
export const PLANNED: JsonSchema = {
  anyOf: [{ enum: [PLAN] }, { type: 'string', tree: 'tree' }],
  description: 'The tree that was put together.',
};

/** The tree that a value or a word stands for; null: there is none (yet). */
export function treeOf(run: Run, pass: number, value: Json | undefined): NamedTree | null {
  const { id, tree } = isTree(value) ? value : { id: String(value), tree: undefined };
  if (id === BASE) return { id, tree: run.baseTree }; // with files as they are on disk
  if (tree !== undefined) return { id, tree };
  const record = run.passRecord(pass);
  const known = id === PLAN ? { id: COMPOSITE, tree: record?.plan?.tree } : { id, tree: record?.trees[id] };
  return known.tree === undefined ? null : { id: known.id, tree: known.tree };
}

/**
 * The plan of a tree that was put together; where the user chose otherwise when it was reviewed, the plan that stands
 * in its place.
 */
export function planOf({ run, pass, id }: StepContext, value: Json | undefined): Result<Plan, Failure> {
  const named = treeOf(run, pass, value);
  const current = run.passRecord(pass)?.plan ?? null;
  const plan =
    named === null || current?.tree === named.tree || current?.instead_of === named.tree
      ? current
      : (run.plans.get(named.tree) ?? null);
  if (named !== null && plan !== null) return ok(plan);
  return fail(
    messages.stepTooEarly({ step: id, why: 'there is no plan: nothing has been put together that it names' }),
  );
}
