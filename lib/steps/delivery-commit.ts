// The commit of a result, as the user's git would make it: their name, their signature, and those of their hooks that
// look at the message. Hooks that look at index and working tree are not run, since neither is touched; they are named.
// Makes no branch.
import { join, resolve } from 'node:path';
import type { Plan } from '../core/candidate.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { deliverMessages as say } from '../core/messages/deliver-messages.ts';
import { render } from '../recipe/template.ts';
import { type CommittedTree, committedTree } from '../repository/committed-tree.ts';
import { readText, removeTree, writeAtomic } from '../system/files.ts';
import { isExecutable } from '../system/find-on-path.ts';
import { git, gitText } from '../system/git.ts';
import { isYes } from '../system/git-settings.ts';
import { asUser, deliveryFolder, unlessInterrupted } from './as-user.ts';
import { commitText } from './delivery-text.ts';
import type { StepContext } from './executor.ts';

const OF_MESSAGE = ['prepare-commit-msg', 'commit-msg'] as const;
const NOT_RUN = ['pre-commit', 'post-commit', 'reference-transaction'] as const;

export interface DeliveryCommit {
  readonly commit: string;
  readonly message: string;
}

/** The commit to deliver; one that an earlier process of this session has made of the same is taken again. */
export async function deliveryCommit(
  context: StepContext,
  plan: Plan,
  branch: string,
): Promise<Result<DeliveryCommit>> {
  const { run } = context;
  const dir = run.freshFolder('committed');
  try {
    const made = await committedTree(run.store, plan.tree, dir);
    if (!made.ok) return made;
    const { tree, submodules } = made.value;
    for (const path of submodules)
      run.note(`${path} is a submodule; the result has another commit of it, which was left out.`, 'warning');
    return (await madeEarlier(context, tree)) ?? (await commitTree(context, made.value, branch));
  } finally {
    await removeTree(dir); // its index is as large as the repository's
  }
}

/** What an earlier process of this session has made of the same result, on the same base. */
async function madeEarlier({ run }: StepContext, tree: string): Promise<Result<DeliveryCommit> | null> {
  const { delivering } = run.record;
  const { gitDir, base, top } = run.repository;
  if (delivering?.tree !== tree) return null;
  const there = await git({ gitDir, cwd: top }, ['log', '-1', '--format=%P%n%B', delivering.commit, '--']);
  const [parent, ...lines] = there.code === 0 ? there.stdout.split('\n') : [];
  return parent === base ? ok({ commit: delivering.commit, message: lines.join('\n').trim() }) : null;
}

async function commitTree(
  context: StepContext,
  { tree, indexFile }: CommittedTree,
  branch: string,
): Promise<Result<DeliveryCommit>> {
  const { run } = context;
  const message = await messageOf(context, indexFile);
  if (!message.ok) return message;
  const file = join(await deliveryFolder(run), 'message.txt');
  const sign = isYes(run.repository.settings.get('commit.gpgsign')) ? ['-S'] : [];
  const words = ['git', 'commit-tree', ...sign, '-p', run.repository.base, '-F', file, tree];
  const committed = await asUser(context, words);
  if (!committed.ok) return unlessInterrupted(committed.failure, (why) => refused(context, why));
  const commit = committed.value.trim();
  run.emit({ type: 'commit_made', commit, tree, branch });
  return ok({ commit, message: message.value });
}

/** The message from the recipe's template, as the user's hooks leave it. It lies in the session. */
async function messageOf(context: StepContext, indexFile: string): Promise<Result<string>> {
  const { run, fields, lookup } = context;
  const { top } = run.repository;
  const file = join(await deliveryFolder(run), 'message.txt');
  const text = render(run.recipe.reports[String(fields.message)] ?? '', lookup);
  await writeAtomic(file, commitText(text, String(lookup('delivery.trailers') ?? '')));
  const hooks = hooksFolder(context);
  const env = { GIT_INDEX_FILE: indexFile, GIT_EDITOR: ':' };
  for (const hook of OF_MESSAGE) {
    const more = hook === 'prepare-commit-msg' ? ['message'] : [];
    const words = ['git', 'hook', 'run', '--ignore-missing', hook, '--', file, ...more];
    const ran = await asUser(context, words, { env, together: true });
    if (!ran.ok)
      return unlessInterrupted(ran.failure, (said) => say.hookRefused({ hook, said, session: run.session.id }));
  }
  const left = NOT_RUN.filter((hook) => isExecutable(join(hooks, hook)));
  if (left.length > 0)
    run.note(`Not run, since your index and working tree are not touched: your hook ${left.join(', ')}.`, 'warning');
  const message = await gitText({ cwd: top }, ['stripspace'], { input: (await readText(file)) ?? '' });
  if (message === '') return fail(refused(context, 'The message is empty.'));
  await writeAtomic(file, `${message}\n`);
  return ok(message);
}

function hooksFolder({ run: { repository } }: StepContext): string {
  const said = repository.settings.get('core.hookspath');
  return said ? resolve(repository.top, said) : join(repository.commonDir, 'hooks');
}

const refused = ({ run }: StepContext, why: string): Failure => say.notCommitted({ why, session: run.session.id });
