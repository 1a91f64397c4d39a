// Executor `reset`: what a model did in the user's tree is taken out of it again: in the lane that works there, once
// that is captured and tested, and between passes, when the workspaces of earlier passes are removed too.
import { fail, ok } from '../core/failure.ts';
import { isLeftElsewhere } from '../core/messages/host-messages.ts';
import type { Executor } from './executor.ts';
import { removeEarlier } from './workspace.ts';

export const reset: Executor = {
  name: 'reset',
  nature: 'setup',
  summary:
    "Takes what a model did in the user's own tree out of it again, new files too, ignored ones never. Outside of " +
    'lanes, workspaces of earlier passes go too.',
  schema: { value: { enum: ['main'] } },
  example: '- { reset: main, when: pass.later }',
  label: () => 'starting from a clean tree',
  preview: async ({ run, lane }) => {
    if (lane !== null && run.recipe.slots[lane]?.workspace !== 'main') return { says: [] };
    const also = lane === null ? ', and remove the workspaces of the pass before' : '';
    return { says: [`take what the model did out of your tree again${also}`] };
  },
  async run({ run, pass, lane }) {
    if (lane !== null && run.places.workspaces.get(lane)?.kind !== 'main') return ok(undefined);
    if (lane !== null) {
      run.places.puttingBack.begin(async () => {
        const { said, told } = await run.session.effects.undo(({ kind }) => kind === 'main-tree');
        for (const text of said) run.note(text);
        // What could not be put back is tried again, and what has to be told is told, before anything is applied.
        run.places.edited ??= told[0] ?? null;
      });
      return ok(undefined);
    }
    await run.places.puttingBack.ended();
    const { said, failures, told } = await run.session.effects.undo(({ kind }) => kind === 'main-tree');
    for (const text of said) run.note(text);
    const stop = failures[0] ?? told[0];
    if (stop) return fail(stop);
    const removed = await removeEarlier(run, pass);
    const left = removed.failures.find((failure) => !isLeftElsewhere(failure));
    return left ? fail(left) : ok(undefined);
  },
};
