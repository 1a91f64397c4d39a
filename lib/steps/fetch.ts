// Executor `fetch`: gets a change that is there already, wherever its slot says that it comes from, and holds it in the
// session as it was then. What can't be used is refused here, before anything is made of it. Carries it nowhere (take).
import { join } from 'node:path';
import { changeOfFolder, changeOfPatch, changeOfRef, type ForeignChange } from '../candidate/change.ts';
import { treeDiff } from '../candidate/tree-diff.ts';
import { byLine } from '../core/credits.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { originMessages as say } from '../core/messages/origin-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import { type Origin, originText } from '../core/origin.ts';
import { renderDeep } from '../recipe/template.ts';
import { makeFolder, readText, writeAtomic } from '../system/files.ts';
import { GitError } from '../system/git.ts';
import { printed, readPatch, type Where } from './as-user.ts';
import { pullRequest, wayToAsk } from './ask-forge.ts';
import { commandEnvironment } from './command-environment.ts';
import type { Executor, StepContext } from './executor.ts';
import type { Run } from './run-context.ts';

export const fetch: Executor = {
  name: 'fetch',
  nature: 'action',
  summary: 'Gets the change that a slot is made `from`, and holds it; one that can not be used ends the run.',
  schema: { value: { type: 'string', minLength: 1, description: 'The slot.' } },
  slots: ['value'],
  needs: () => ['repository', 'detect'],
  example: '- { fetch: "${slot.id}", when: slot.from }',
  label: () => 'fetching what is there',
  preview: async ({ run, value }) => {
    const from = run.recipe.slots[String(value)]?.from;
    return { says: from ? [`fetch ${originText(from)}`] : [] };
  },
  async run(context) {
    const { run, value, signal } = context;
    const slot = run.recipe.slots[String(value)];
    if (!slot?.from) return ok(undefined);
    const { title, from } = slot;
    const got = await usable(() => change(context, from));
    if (signal.aborted) return fail(messages.interrupted());
    if (!got.ok) {
      const { what, remedy } = got.failure;
      return fail(say.unusable({ title, from: originText(from), why: what, remedy }));
    }
    await hold(run, slot.id, got.value);
    const files = (await treeDiff(run.store, got.value.before, got.value.after)).length;
    const by = byLine(got.value.author, got.value.credits);
    run.note(`${title}: ${originText(from)}, ${files} ${files === 1 ? 'file' : 'files'}${by && `, ${by}`}.`);
    return ok(undefined);
  },
};

/** What git says of objects that are not there, or are no objects, is no fault of ours. */
async function usable(work: () => Promise<Result<ForeignChange>>): Promise<Result<ForeignChange>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return fail(say.unreadable({ said: error.stderr.trim().slice(0, 2000) }));
  }
}

async function change(context: StepContext, from: Origin): Promise<Result<ForeignChange>> {
  const { store } = context.run;
  if (from.kind === 'ref') return changeOfRef(store, from.what);
  if (from.kind === 'folder') return changeOfFolder(store, from.what);
  if (from.kind === 'pull_request') {
    const way = wayToAsk(context.run, context.run.repository.top);
    if (!way.ok) return way;
    const said = await pullRequest(context, way.value, from.what, (what) => place(context, what, way.value.pass));
    if (!said.ok) return said;
    const made = await changeOfPatch(store, said.value.diff);
    return made.ok ? ok({ ...made.value, author: said.value.author, credits: said.value.credits }) : made;
  }
  const patch =
    from.kind === 'patch'
      ? await readPatch(from.what)
      : await printed(context, renderDeep(from.what, context.lookup) as readonly string[], await place(context, ''));
  return patch.ok ? changeOfPatch(store, patch.value) : patch;
}

/** Where a command of the recipe's runs for a slot: in the repository, its output in the session. */
async function place(
  { run, pass, id, value }: StepContext,
  what: string,
  sees: readonly string[] = [],
): Promise<Where> {
  const slot = String(value);
  const folder = join(await run.session.passDir(pass), 'outputs');
  await makeFolder(folder, 0o700);
  const name = [id, slot, what].filter(Boolean).join('.');
  const [stdout = '', stderr = ''] = ['diff', 'txt'].map((ending) => run.freshFile(folder, name, ending));
  const { top } = run.repository;
  const env = await commandEnvironment(run, { pass, step: id, slot, workspace: top, sees });
  return { cwd: top, env, stdout, stderr };
}

const fileOf = (run: Run, slot: string): string => join(run.session.dir, 'from', `${slot}.json`);

async function hold(run: Run, slot: string, fetched: ForeignChange): Promise<void> {
  await makeFolder(join(run.session.dir, 'from'), 0o700);
  await writeAtomic(fileOf(run, slot), JSON.stringify(fetched));
}

/** What was fetched for a slot, in this process or an earlier one; null: nothing was. */
export async function held(run: Run, slot: string): Promise<ForeignChange | null> {
  const text = await readText(fileOf(run, slot));
  return text === null ? null : (JSON.parse(text) as ForeignChange);
}
