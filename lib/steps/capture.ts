// Executor `capture`: what a slot's model made, as a candidate: tree, diff and changed files.
import { join } from 'node:path';
import { fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run.ts';
import { captureWithSide } from './capturing.ts';
import type { Executor } from './executor.ts';
import { publishCandidate } from './publish-candidate.ts';

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
  async run(context) {
    const { run, pass, value, id: step } = context;
    const id = String(value);
    const workspace = run.workspaces.get(id);
    if (!workspace) return fail(messages.stepTooEarly({ step, why: `${id} has no workspace that could be captured` }));
    const dir = await run.session.passDir(pass);
    const paid = run.captured.has(workspace.id) ? null : run.paid.leftIn(workspace.id);
    const { tree, side } = paid ?? (await captureWithSide(run, workspace, join(dir, 'left-out', id)));
    await publishCandidate(context, { id, tree }, side);
    return ok({ id, tree });
  },
};
