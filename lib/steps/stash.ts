// Executor `stash`: the user's uncommitted changes are put aside before a model works in their tree.
import { fail, ok } from '../core/failure.ts';
import { planUserChanges, stashUserChanges } from '../repository/user-changes.ts';
import type { Executor } from './executor.ts';

/** From this size on it takes long enough to be worth a word. */
const LARGE = 200 * 1024 * 1024;

export const stash: Executor = {
  name: 'stash',
  nature: 'setup',
  summary: "Puts the user's uncommitted changes aside, untracked files too; they come back as they were.",
  schema: { value: { type: 'string', minLength: 1, description: "The stash's message; the session's id is added." } },
  needs: () => ['repository'],
  example: '- { stash: "mm-execute: user-changes stash", when: slots.in_main }',
  label: () => 'putting your changes aside',
  preview: async ({ run, value }) => {
    const { staged, unstaged, untracked } = run.repository.dirty;
    return {
      says:
        staged + unstaged + untracked === 0
          ? []
          : [
              `put your uncommitted changes aside as "${value}" (${staged} staged, ${unstaged} unstaged, ` +
                `${untracked} untracked)`,
            ],
    };
  },
  async run({ run, value }) {
    const planned = await planUserChanges(
      run.repository,
      run.session.id,
      run.freshFolder('user-changes'),
      String(value),
    );
    if (!planned.ok) return fail(planned.failure);
    if (planned.value === null) return ok(undefined);
    const { record, files, bytes } = planned.value;
    if (bytes > LARGE)
      run.note(
        `Putting ${files} changed files aside (${Math.round(bytes / 1024 / 1024)} MiB); this takes a moment.`,
        'warning',
      );
    const aside = await run.session.effects.perform(record, () => stashUserChanges(record));
    return aside.ok ? ok(undefined) : fail(aside.failure);
  },
};
