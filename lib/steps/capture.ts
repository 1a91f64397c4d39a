// Executor `capture`: what a slot's model made, as a candidate: tree, diff and changed files (rows A1, A2).
import { join } from 'node:path';
import { changes } from '../candidate/changes.ts';
import { writeDiff } from '../candidate/diff.ts';
import { snapshot } from '../candidate/snapshot.ts';
import { fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run.ts';
import { captureNow } from './capturing.ts';
import type { Executor } from './executor.ts';

export const capture: Executor = {
  name: 'capture',
  nature: 'action',
  summary: "Keeps everything that a slot's model changed: as a git tree, a diff, and the files themselves.",
  schema: { value: { type: 'string', description: 'A slot.' } },
  slots: ['value'],
  needs: () => ['workspace'],
  example: '- capture: ${slot.id}',
  label: () => 'keeping what it made',
  foresee: async ({ run, value }) => ({ says: [`keep what ${run.title(String(value))} made: tree, diff, files`] }),
  async run({ run, pass, value, beside, id: step }) {
    const id = String(value);
    const workspace = run.workspaces.get(id);
    if (!workspace) return fail(messages.stepTooEarly({ step, why: `${id} has no workspace that could be captured` }));
    const { tree, side } =
      run.captured.get(workspace.id) ?? run.paid.leftIn(workspace.id) ?? (await captureNow(run, workspace));
    const made = await changes(run.store, run.baseTree, tree);
    const dir = await run.session.passDir(pass);
    run.emit({ type: 'candidate', pass, id, tree, files_changed: made.length, side });
    beside(writeDiff(run.store, run.baseTree, tree, join(dir, 'diffs', `${id}.diff`)));
    beside(snapshot(run.store, run.baseTree, tree, join(dir, 'files', id)));
    if (side.length > 0)
      run.note(
        `${run.title(id)} also left ${side.length === 1 ? 'something that is' : `${side.length} things that are`} no part of its change: ${side
          .slice(0, 5)
          .map(({ path, what }) => `${path} (${what})`)
          .join(', ')}${side.length > 5 ? ' …' : ''}`,
      );
    return ok(undefined);
  },
};
