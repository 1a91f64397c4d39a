// Executor `reset`: takes what a model did in the user's tree out of it again, between passes (rows Y1, P2).
import { fail, ok } from '../core/failure.ts';
import type { Executor } from './executor.ts';

export const reset: Executor = {
  name: 'reset',
  nature: 'setup',
  summary: "Takes what the primary did in the user's own tree out of it again, new files too, ignored ones never.",
  schema: { value: { enum: ['main'] } },
  example: '- { reset: main, when: pass.later }',
  label: () => 'starting from a clean tree',
  foresee: async () => ({ says: ['take what the primary did out of your tree again'] }),
  async run({ run }) {
    const { said, failures } = await run.session.effects.undo(({ kind }) => kind === 'main-tree');
    for (const text of said) run.note(text);
    return failures[0] ? fail(failures[0]) : ok(undefined);
  },
};
