// A tree becomes a slot's candidate: it is told, and its diff and files are written for people. Captures nothing.
import { join } from 'node:path';
import { changes } from '../candidate/changes.ts';
import { writeDiff } from '../candidate/diff.ts';
import { snapshot } from '../candidate/snapshot.ts';
import type { MadeBy, NamedTree, SideEntry } from '../core/candidate.ts';
import { leftOutSentence } from '../evidence/left-out.ts';
import type { StepContext } from './executor.ts';

/**
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
