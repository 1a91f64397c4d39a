// Executor `fetch`: gets a change that is there already, wherever its slot says that it comes from, and holds it in the
// session as it was then. What can't be used is refused here, before anything is made of it. Carries it nowhere (take).

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { changeOfFolder, changeOfPatch, changeOfRef, type ForeignChange } from '../candidate/change.ts';
import { treeDiff } from '../candidate/tree-diff.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { originMessages as say } from '../core/messages/origin.ts';
import { messages } from '../core/messages/run.ts';
import { type Origin, originText, type PullRequests } from '../core/origin.ts';
import { renderDeep } from '../recipe/template.ts';
import { codeOf } from '../system/file-failure.ts';
import { makeFolder, readText, writeAtomic } from '../system/files.ts';
import { GitError } from '../system/git.ts';
import { runProcess } from '../system/process.ts';
import { commandFailure } from './command-failure.ts';
import type { Executor, StepContext } from './executor.ts';
import type { Run } from './run.ts';
import { installed } from './seats.ts';
import { surroundings } from './surroundings.ts';

export const fetch: Executor = {
  name: 'fetch',
  nature: 'action',
  summary: 'Gets the change that a slot is made `from`, and holds it; one that can not be used ends the run.',
  schema: { value: { type: 'string', minLength: 1, description: 'The slot.' } },
  slots: ['value'],
  needs: () => ['repository', 'detect'],
  example: '- { fetch: "${slot.id}", when: slot.from }',
  label: () => 'fetching what is there',
  foresee: async ({ run, value }) => {
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
    const by = got.value.author === null ? '' : `, by ${got.value.author}`;
    run.note(`${title}: ${originText(from)}, ${files} ${files === 1 ? 'file' : 'files'}${by}.`);
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
  const patch = await patchOf(context, from);
  return patch.ok ? changeOfPatch(store, patch.value) : patch;
}

async function patchOf(context: StepContext, from: Origin): Promise<Result<Uint8Array>> {
  if (from.kind === 'patch') return readPatch(from.what);
  if (from.kind === 'command') return printed(context, renderDeep(from.what, context.lookup) as readonly string[]);
  const { pullRequests } = context.run.recipe;
  const way = pullRequests.find((each) => isInstalled(context.run, each));
  if (!way) return fail(say.noForge({ programs: pullRequests.map(({ diff: [program = ''] }) => program) }));
  const names = (path: string) => (path === 'number' ? String(from.what) : context.lookup(path));
  if (way.state !== null) {
    const state = await printed(context, renderDeep(way.state, names) as readonly string[]);
    if (!state.ok) return state;
    const said = Buffer.from(state.value).toString().trim();
    if (!new RegExp(way.open, 'i').test(said))
      return fail(say.notOpen({ number: String(from.what), state: said.slice(0, 200) }));
  }
  return printed(context, renderDeep(way.diff, names) as readonly string[]);
}

const isInstalled = (run: Run, { state, diff }: PullRequests): boolean =>
  [state?.[0], diff[0]].every((program) => program === undefined || installed(run, program, run.repository.top));

/** What is larger is no change that anyone would look at. */
const LARGEST = 256 * 2 ** 20;

async function readPatch(file: string): Promise<Result<Uint8Array>> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) return fail(say.noPatch({ file, why: 'it is no file' }));
    if (facts.size > LARGEST) return fail(say.noPatch({ file, why: `it has ${facts.size} bytes` }));
    return ok(await readFile(file));
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return fail(say.noPatch({ file, why: codeOf(error) === 'ENOENT' ? 'it is not there' : (error as Error).message }));
  }
}

/** What a command of the recipe's prints; it runs in the repository, with the limit of the step. */
async function printed(context: StepContext, words: readonly string[]): Promise<Result<Uint8Array>> {
  const { run, pass, id, value, limitMs, signal } = context;
  const slot = String(value);
  const limit = limitMs === undefined ? run.recipe.timeout.defaultMs : limitMs;
  const folder = join(await run.session.passDir(pass), 'outputs');
  await makeFolder(folder, 0o700);
  const [stdout, stderr] = ['diff', 'txt'].map((ending) => run.freshFile(folder, `${id}.${slot}`, ending)) as [
    string,
    string,
  ];
  const exit = await runProcess({
    command: words,
    cwd: run.repository.top,
    stdin: null,
    stdout,
    stderr,
    signal,
    env: await surroundings(run, { pass, step: id, slot, workspace: run.repository.top }),
    limitMs: limit,
    graceMs: run.recipe.timeout.graceMs,
  });
  if (exit.ended === 'exit' && exit.exitCode === 0) return readPatch(stdout);
  return fail(await commandFailure(words, exit, stderr, limit));
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
