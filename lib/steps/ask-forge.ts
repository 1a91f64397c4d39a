// Asks a forge's own program about a pull request, by the commands of the recipe (`pull_requests`): whether it is open,
// what it changes, who wrote it, and, before there is a session, what it is about.

import { join } from 'node:path';
import { creditsIn, withoutCredits } from '../core/credits.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { originMessages as say } from '../core/messages/origin-messages.ts';
import type { PullRequests } from '../core/origin.ts';
import { renderDeep } from '../recipe/template.ts';
import { inTemporaryFolder } from '../system/temporary-folder.ts';
import { printed, type Where } from './as-user.ts';
import { usersEnvironment } from './command-environment.ts';
import type { StepContext } from './executor.ts';
import { chosenSlots, installed } from './find-participants.ts';
import type { Run } from './run-context.ts';

/** The first way whose programs are installed. @param top the repository, in which no program is looked for */
export function wayToAsk(run: Run, top: string): Result<PullRequests> {
  const { pullRequests } = run.recipe;
  const isInstalled = ({ state, diff }: PullRequests) =>
    [state?.[0], diff[0]].every((program) => program === undefined || installed(run, program, top));
  const way = pullRequests.find(isInstalled);
  return way ? ok(way) : fail(say.noForge({ programs: pullRequests.map(({ diff: [program = ''] }) => program) }));
}

interface PullRequest {
  readonly diff: Uint8Array;
  readonly author: string | null;
  readonly credits: readonly string[];
}

/** @param where gives each command files of its own, by what is asked */
export async function pullRequest(
  context: StepContext,
  way: PullRequests,
  number: string,
  where: (what: string) => Promise<Where>,
): Promise<Result<PullRequest>> {
  const names = (path: string) => (path === 'number' ? number : context.lookup(path));
  const ask = async (what: string, words: readonly string[]): Promise<Result<Uint8Array>> =>
    printed(context, renderDeep(words, names) as readonly string[], await where(what));
  if (way.state !== null) {
    const state = await ask('state', way.state);
    if (!state.ok) return state;
    const said = textOf(state.value);
    if (!new RegExp(way.open, 'i').test(said)) return fail(say.notOpen({ number, state: said.slice(0, 200) }));
  }
  const [diff, authors] = await Promise.all([ask('', way.diff), way.authors && ask('authors', way.authors)]);
  if (!diff.ok) return diff;
  if (authors && !authors.ok) context.run.note(say.noAuthors({ number, why: authors.failure.what }).what, 'warning');
  const said = authors?.ok ? textOf(authors.value) : '';
  const [author = '', ...more] = said.split('\n');
  return ok({ diff: diff.value, author: author.trim() || null, credits: creditsIn(more.join('\n')) });
}

/** What the pull requests that slots are made from say that they are about; null: none of them, or nothing, can. */
export async function textOfPullRequests(context: StepContext): Promise<Result<string | null>> {
  const { run } = context;
  const numbers = chosenSlots(run).flatMap(({ from }) => (from?.kind === 'pull_request' ? [String(from.what)] : []));
  if (numbers.length === 0) return ok(null);
  const top = run.options.located?.top ?? run.options.cwd;
  const way = wayToAsk(run, top);
  if (!way.ok) return way;
  const { text } = way.value;
  if (text === null) return ok(null);
  const all = [...new Set(numbers)];
  if (run.options.dryRun) return ok(`(what the pull request ${all.join(', ')} says)`);
  const env = usersEnvironment(run, { pass: way.value.pass });
  return inTemporaryFolder(async (folder) => {
    const said = await Promise.all(
      all.map((number) => {
        const words = renderDeep(text, (path) => (path === 'number' ? number : undefined)) as readonly string[];
        const [stdout = '', stderr = ''] = ['out', 'err'].map((ending) => join(folder, `${number}.${ending}`));
        return printed(context, words, { cwd: run.options.cwd, env, stdout, stderr });
      }),
    );
    const texts = new Set<string>();
    for (const [at, each] of said.entries()) {
      const number = all[at]!;
      if (!each.ok) return fail(say.noText({ number, why: each.failure.what }));
      const about = withoutCredits(textOf(each.value));
      if (about !== '') texts.add(about);
    }
    if (texts.size === 0) return fail(say.noText({ number: all.join(', '), why: 'it says nothing' }));
    const [requests, verb] = all.length > 1 ? ['requests', 'say'] : ['request', 'says'];
    run.note(`The task is what the pull ${requests} ${all.join(', ')} ${verb}.`);
    return ok([...texts].join('\n\n---\n\n'));
  });
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString().trim();
