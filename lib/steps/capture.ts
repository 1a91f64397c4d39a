// Executor `capture`: what a slot's model made, as a candidate: tree, diff and changed files.
import { join } from 'node:path';
import { changes } from '../candidate/changes.ts';
import { writeDiff } from '../candidate/diff.ts';
import { snapshot } from '../candidate/snapshot.ts';
import { isTree, type MadeBy, type NamedTree, type SideEntry } from '../core/candidate.ts';
import { fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run-messages.ts';
import { leftOutSentence } from '../evidence/left-out.ts';
import { captureWithSide } from './capturing.ts';
import type { Executor, StepContext } from './executor.ts';

export const capture: Executor = {
  name: 'capture',
  nature: 'action',
  summary: "Keeps everything that a slot's model changed: as a git tree, a diff, and the files themselves.",
  schema: {
    value: {
      type: 'string',
      tree: 'candidate',
      description: 'A slot; or what its model made of its candidate, which takes the place of that.',
    },
  },
  slots: ['value'],
  saves: 'tree',
  needs: () => ['workspace'],
  example: '- { capture: "${slot.id}", save: tree }',
  label: () => 'keeping what it made',
  preview: async ({ run, value, lane }) => ({
    says: [`keep what ${run.title(lane ?? String(value))} made: tree, diff, files`],
  }),
  async run(context) {
    const { run, pass, value, id: step } = context;
    if (isTree(value)) return keepMade(context, value);
    const id = String(value);
    const workspace = run.places.workspaces.get(id);
    if (!workspace) return fail(messages.stepTooEarly({ step, why: `${id} has no workspace that could be captured` }));
    const dir = await run.session.passDir(pass);
    const paid = run.places.captured.has(workspace.id) ? null : run.paid.leftIn(workspace.id);
    const { tree, side } = paid ?? (await captureWithSide(run, workspace, join(dir, 'left-out', id)));
    await publishCandidate(context, { id, tree }, side);
    return ok({ id, tree });
  },
};

/** A tree that a model step has captured already. */
async function keepMade(context: StepContext, made: NamedTree) {
  const { run } = context;
  const workspace = run.places.workspaces.get(made.id);
  const known = workspace && run.places.captured.get(workspace.id);
  await publishCandidate(context, made, known?.tree === made.tree ? known.side : []);
  return ok(made);
}

/**
 * A tree becomes a slot's candidate: it is told, and its diff and files are written for people. Captures nothing.
 * @param side what its model left that the tree can't hold
 * @param madeBy who made it, where that was no model of ours
 */
export async function publishCandidate(
  { run, pass, beside }: StepContext,
  { id, tree }: NamedTree,
  side: readonly SideEntry[],
  madeBy?: MadeBy,
): Promise<void> {
  const dir = await run.session.passDir(pass);
  const made = await changes(run.store, run.baseTree, tree);
  run.emit({ type: 'candidate', pass, id, tree, files_changed: made.length, side, ...(madeBy && { made_by: madeBy }) });
  // one after the other: an earlier candidate of the slot may still be being written
  const before = run.publishing.get(id) ?? Promise.resolve();
  const writing = before.then(() =>
    Promise.all([
      writeDiff(run.store, run.baseTree, tree, join(dir, 'diffs', `${id}.diff`)),
      snapshot(run.store, run.baseTree, tree, join(dir, 'files', id)),
    ]),
  );
  run.publishing.set(
    id,
    writing.catch(() => {}),
  ); // thrown where it is waited for
  beside(writing);
  const said = leftOutSentence(run.title(id), side, run.recipe.caches);
  if (said !== '') run.note(said);
}
