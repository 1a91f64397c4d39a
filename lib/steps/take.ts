// Executor `take`: what was fetched for a slot becomes its candidate, like one that a model of ours has made: carried
// onto the run's base by a three-way merge. One that conflicts is out. Gets nothing from outside (fetch).
import { carried } from '../candidate/change.ts';
import { isSafePath } from '../candidate/safe-path.ts';
import { treeDiff } from '../candidate/tree-diff.ts';
import { fail, ok } from '../core/failure.ts';
import { originMessages as say } from '../core/messages/origin-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import { originText } from '../core/origin.ts';
import { publishCandidate } from './capture.ts';
import { beforeModel, captureNow } from './capturing.ts';
import type { Executor } from './executor.ts';
import { held } from './fetch.ts';
import { layOut } from './on-bench.ts';

export const take: Executor = {
  name: 'take',
  nature: 'action',
  summary:
    'Makes what was fetched for a slot its candidate: on the base of the run, laid out in its workspace if it has one.',
  schema: { value: { type: 'string', minLength: 1, description: 'The slot.' } },
  slots: ['value'],
  saves: 'tree',
  needs: () => ['fetch'],
  stands_for: ['capture'],
  example: '- { take: "${slot.id}", when: slot.from, save: tree }',
  label: () => 'carrying it onto the base',
  preview: async ({ run, value }) => {
    const from = run.recipe.slots[String(value)]?.from;
    return { says: from ? [`carry ${originText(from)} onto the base, by a three-way merge`] : [] };
  },
  async run(context) {
    const { run, value, id: step } = context;
    const id = String(value);
    const slot = run.recipe.slots[id];
    if (!slot?.from) return fail(messages.stepTooEarly({ step, why: `the slot ${id} says no \`from\`` }));
    const { title } = slot;
    const change = await held(run, id);
    if (change === null) return fail(say.notFetched({ title }));
    const made = await carried(run.store, change);
    if (!made.ok) return fail(say.conflicts({ title, from: originText(slot.from), paths: made.failure }));
    const tree = made.value;
    const paths = (await treeDiff(run.store, run.baseTree, tree)).map(({ path }) => path);
    const from = originText(slot.from);
    if (paths.length === 0) return fail(say.contained({ title, from }));
    const unsafe = paths.filter((path) => !isSafePath(path));
    if (unsafe.length > 0) return fail(say.unsafePaths({ paths: unsafe }));
    const workspace = run.places.workspaces.get(id);
    if (workspace) {
      await beforeModel(run, workspace);
      await layOut(run, workspace, tree);
      await captureNow(run, workspace);
    }
    await publishCandidate(context, { id, tree }, [], {
      from,
      author: change.author,
      credits: change.credits ?? [],
    });
    return ok({ id, tree });
  },
};
