// Executor `keep_if_better`: what an integration made of a tree is a candidate like any other: kept only if its gates
// and the others' tests are at least as good as before. `adopt`, as 0.1.0 called it, is the same for what a pass has.
import { changes } from '../candidate/changes.ts';
import { keepTree } from '../candidate/keep.ts';
import { editTree } from '../candidate/tree-edit.ts';
import { pathsIn } from '../candidate/trees.ts';
import { COMPOSITE, INTEGRATED, isTree, type NamedTree, type Pick, PLAN, type Plan } from '../core/candidate.ts';
import { ok } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { allRequiredPass, type Evidence } from '../evidence/evidence.ts';
import { standing } from '../evidence/rank.ts';
import { rankContext } from '../evidence/rank-context.ts';
import { heldTogether, placesOf } from '../evidence/together.ts';
import { candidates } from './candidates.ts';
import { publishCandidate } from './capture.ts';
import { evidenceOf, gateEvidence, rankingOf } from './evidence-of.ts';
import type { Executor, StepContext, StepResult } from './executor.ts';
import { planOf, treeOf } from './named-trees.ts';
import { savePlan } from './plan-files.ts';
import type { Run } from './run-context.ts';

export const keep_if_better: Executor = {
  name: 'keep_if_better',
  nature: 'action',
  summary: 'Takes what a model made of a tree in its place, if its gates are at least as good as before.',
  schema: {
    value: { type: 'string', tree: 'tree', description: 'What was made of it.' },
    fields: {
      than: {
        type: 'string',
        tree: 'tree',
        description: 'The tree as it was before: one that was put together, or the candidate of a lane.',
      },
    },
    required: ['than'],
  },
  saves: 'tree',
  needs: (said) => (said('than') === undefined ? ['compose'] : []),
  example: '- { keep_if_better: "${mended}", than: "${combined}", save: combined }',
  label: () => 'checking what was mended',
  preview: async () => ({ says: ['keep what was mended if its gates are at least as good as before'] }),
  async run(context) {
    const { run, pass, fields } = context;
    const candidate = ownCandidate(context, fields.than);
    if (candidate !== null) return keepCandidate(context, candidate);
    const planned = planOf(context, fields.than ?? PLAN);
    if (!planned.ok) return planned;
    const plan = planned.value;
    const made = treeOf(run, pass, context.value)?.tree;
    const { tree, notes } = made === undefined ? { tree: plan.tree, notes: [] } : await asOneHand(run, plan.tree, made);
    const save = async (said: readonly string[], more: Partial<Plan>) =>
      ok(await savePlan(context, { ...plan, integrated: true, notes: [...plan.notes, ...notes, ...said], ...more }));
    if (tree === plan.tree) return save([], { stuck: true });
    const all = await candidates(context);
    const before = await evidenceOf(context, COMPOSITE, plan.tree, all);
    const after = await evidenceOf(context, INTEGRATED, tree, all);
    const { ranking } = await rankingOf(context, all);
    const verdict = standing(after, before, ranking);
    if (!verdict.notWorse)
      return save([`An attempt to make the pieces fit was not kept: ${verdict.why}.`], { stuck: true });
    const changed = await changes(run.store, run.baseTree, tree);
    const { files, mended } = merge(
      plan,
      changed.map(({ path, after: there }) => ({ path, there: there !== null })),
      (await changes(run.store, plan.tree, tree)).map(({ path }) => path),
    );
    const proven = allRequiredPass(after);
    const kept = { files, tree, whole: null, stuck: !verdict.better, proven };
    return save([`The pieces were made to fit in ${mended.join(', ')}.`], kept);
  },
};

export const adopt: Executor = {
  ...keep_if_better,
  name: 'adopt',
  summary: 'As 0.1.0 called `keep_if_better`: what was made of the plan of the pass, in its place.',
  schema: { value: { enum: [INTEGRATED] } },
  formerly: () => 'keep_if_better: "${mended}", than: "${combined}", save: combined',
  example: '- adopt: integrated',
};

/**
 * What an integration made, without what it changed in a manifest or a source while the lock file or generated file
 * that somebody changed for it stayed as it was: that would be a pair of two hands.
 */
async function asOneHand(
  run: Run,
  before: string,
  made: string,
): Promise<{ readonly tree: string; readonly notes: readonly string[] }> {
  const [planned, mended] = [await changes(run.store, run.baseTree, before), await changes(run.store, before, made)];
  const all = [...planned, ...mended];
  const paths = [...new Set(all.map(({ path }) => path))];
  const rules = run.recipe.together;
  const there = await pathsIn(run.store, run.baseTree, placesOf(paths, rules));
  const deleted = new Set(all.flatMap(({ path, after }) => (after ? [] : [path])));
  const touched = new Map(mended.map((change) => [change.path, change]));
  const strays = new Map<string, string>();
  for (const { a, b } of heldTogether({ paths, deleted, rules, there, texts: () => [] }))
    if (touched.has(a) && !touched.has(b)) strays.set(a, b);
  if (strays.size === 0) return { tree: made, notes: [] };
  const edits = [...strays.keys()].map((path) => ({ path, entry: touched.get(path)!.before }));
  const tree = await editTree(run.store, made, edits);
  await keepTree(run.store, tree);
  return {
    tree,
    notes: [...strays].map(
      ([path, other]) =>
        `${path} stays as it was before the pieces were made to fit: ${other} belongs to it, and was not changed ` +
        'with it.',
    ),
  };
}

/** The plan's files after the mending: those that it touched are the integration's. */
function merge(
  plan: Plan,
  changed: readonly { path: string; there: boolean }[],
  touched: readonly string[],
): { files: Pick[]; mended: readonly string[] } {
  const mended = new Set(touched);
  const files = changed.map(({ path, there }): Pick => {
    const known = plan.files.find((pick) => pick.path === path);
    if (known && !mended.has(path)) return known;
    const action = there ? 'write' : 'delete';
    if (!known) return { path, from: INTEGRATED, action, why: 'makes the pieces fit', by: 'gates', confidence: 0.5 };
    const from = known.from.split('+').includes(INTEGRATED) ? known.from : `${known.from}+${INTEGRATED}`;
    const why = known.from === from ? known.why : `${known.why}; made to fit the other pieces`;
    return { ...known, from, action, why };
  });
  return { files, mended: [...mended].sort() };
}

/** The candidate that is meant, where it is one of a slot's; null: it was put together. */
const ownCandidate = ({ run }: StepContext, than: Json | undefined): NamedTree | null =>
  than !== undefined && isTree(than) && than.id in run.recipe.slots ? than : null;

/**
 * What a slot's model made of its own candidate takes its place, if its gates do at least as well: in a lane, where
 * nothing is known of the others yet.
 * @param before the candidate as it was; its gates and those of the step's value have run
 */
async function keepCandidate(context: StepContext, before: NamedTree): Promise<StepResult> {
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
  const workspace = run.places.workspaces.get(id);
  const captured = workspace && run.places.captured.get(workspace.id);
  await publishCandidate(context, { id, tree: made }, captured?.tree === made ? captured.side : []);
  return ok({ id, tree: made });
}

async function measuredOn(run: Run, tree: string): Promise<Evidence> {
  const paths = (await changes(run.store, run.baseTree, tree)).map(({ path }) => path);
  return { tree, gates: await gateEvidence(run, tree, paths), cross: [], size: 0 };
}
