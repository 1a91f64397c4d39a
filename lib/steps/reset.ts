// Executor `reset`: between passes, what a model did in the user's tree is taken out of it again, and the workspaces of
// earlier passes are removed (rows Y1, P2).
import { fail, ok } from '../core/failure.ts';
import type { Executor } from './executor.ts';
import { removeEarlier } from './workspace.ts';

export const reset: Executor = {
  name: 'reset',
  nature: 'setup',
  summary:
    "Takes what the primary did in the user's own tree out of it again, new files too, ignored ones never; workspaces of earlier passes go.",
  schema: { value: { enum: ['main'] } },
  example: '- { reset: main, when: pass.later }',
  label: () => 'starting from a clean tree',
  foresee: async () => ({
    says: ['take what the primary did out of your tree again, and remove the workspaces of the pass before'],
  }),
  async run({ run, pass }) {
    const { said, failures, told } = await run.session.effects.undo(({ kind }) => kind === 'main-tree');
    for (const text of said) run.note(text);
    const stop = failures[0] ?? told[0];
    if (stop) return fail(stop);
    const removed = await removeEarlier(run, pass);
    return removed.failures[0] ? fail(removed.failures[0]) : ok(undefined);
  },
};
