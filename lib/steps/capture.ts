// Executor `capture`: what a slot's model made, as a candidate: tree, diff and changed files.
import { join } from 'node:path';
import { changes } from '../candidate/changes.ts';
import { writeDiff } from '../candidate/diff.ts';
import { snapshot } from '../candidate/snapshot.ts';
import { fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run.ts';
import { leftOutSentence } from '../evidence/left-out.ts';
import { captureWithSide } from './capturing.ts';
import type { Executor } from './executor.ts';

export const capture: Executor = {
  name: 'capture',
  nature: 'action',
  summary: "Keeps everything that a slot's model changed: as a git tree, a diff, and the files themselves.",
  schema: { value: { type: 'string', description: 'A slot.' } },
  slots: ['value'],
  saves: 'tree',
  needs: () => ['workspace'],
  example: '- { capture: "${slot.id}", save: tree }',
  label: () => 'keeping what it made',
  foresee: async ({ run, value }) => ({ says: [`keep what ${run.title(String(value))} made: tree, diff, files`] }),
  async run({ run, pass, value, beside, id: step }) {
    const id = String(value);
    const workspace = run.workspaces.get(id);
    if (!workspace) return fail(messages.stepTooEarly({ step, why: `${id} has no workspace that could be captured` }));
    const dir = await run.session.passDir(pass);
    const paid = run.captured.has(workspace.id) ? null : run.paid.leftIn(workspace.id);
    const { tree, side } = paid ?? (await captureWithSide(run, workspace, join(dir, 'left-out', id)));
    const made = await changes(run.store, run.baseTree, tree);
    run.emit({ type: 'candidate', pass, id, tree, files_changed: made.length, side });
    beside(writeDiff(run.store, run.baseTree, tree, join(dir, 'diffs', `${id}.diff`)));
    beside(snapshot(run.store, run.baseTree, tree, join(dir, 'files', id)));
    const said = leftOutSentence(run.title(id), side, run.recipe.caches);
    if (said !== '') run.note(said);
    return ok({ id, tree });
  },
};
