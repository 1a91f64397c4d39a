// The way of a branch to a forge: which remote, by which program, and whether it can be gone; then the push and the
// pull request, each once, however often the run was cut off. Never pushes to a branch that is there.
import { join } from 'node:path';
import { type Delivered, harmlessLine, type NewPullRequest } from '../core/delivery.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { deliverMessages as say } from '../core/messages/deliver-messages.ts';
import { asText, render } from '../recipe/template.ts';
import type { Pushed } from '../repository/new-branch.ts';
import { writeAtomic } from '../system/files.ts';
import { type Asking, asUser, deliveryFolder, unlessInterrupted } from './as-user.ts';
import type { DeliveryCommit } from './delivery-commit.ts';
import { forgeText, othersText } from './delivery-text.ts';
import type { StepContext } from './executor.ts';
import { installed } from './find-participants.ts';

/** How a branch gets to where people look at it. */
export interface Way {
  readonly remote: string;
  /** The branch of the remote that it is meant for; '': the forge knows. */
  readonly base: string;
  readonly program: string;
  readonly maker: NewPullRequest;
  /** The commit that the branch has on the remote; null: it is not there. */
  readonly there: string | null;
}

/** Asks remote and forge, and changes nothing. */
export async function findWay(context: Asking, branch: string): Promise<Result<Way>> {
  const { run } = context;
  const { pullRequests } = run.recipe;
  const remote = remoteOf(context);
  if (!remote.ok) return remote;
  const makers = pullRequests.flatMap(({ create }) => (create === null ? [] : [create]));
  const here = makers.filter((each) =>
    programsOf(each).every((program) => installed(run, program, run.repository.top)),
  );
  if (here.length === 0) return fail(say.noMaker({ programs: [...new Set(makers.flatMap(programsOf))] }));
  const wanted = [branch, run.repository.branch ?? ''].map((name) => `refs/heads/${name}`);
  const asked = await asUser(context, ['git', 'ls-remote', '--', remote.value, ...wanted]);
  if (!asked.ok) return unlessInterrupted(asked.failure, (why) => say.remoteSilent({ remote: remote.value, why }));
  const heads = new Map(asked.value.split('\n').map((row) => row.split('\t').reverse() as [string, string]));
  const base = heads.has(wanted[1]!) ? run.repository.branch! : '';
  // one that is installed may know another forge than this remote's
  let why = '';
  for (const maker of here) {
    const way = { remote: remote.value, base, program: maker.run[0]!, maker, there: heads.get(wanted[0]!) ?? null };
    const known = await asUser(context, filled(maker.made, { branch, base, remote: remote.value }));
    if (known.ok) return ok(way);
    if (known.failure.exit === 130) return known;
    why ||= known.failure.what;
  }
  return fail(say.makerRefuses({ why }));
}

const programsOf = ({ run, made }: NewPullRequest): readonly string[] => [...new Set([run[0]!, made[0]!])];

/** Where git itself would push to. */
function remoteOf({ run: { repository } }: Asking): Result<string> {
  const { settings, branch } = repository;
  const remotes = [
    ...new Set(settings.all.flatMap(({ name }) => /^remote\.(.+)\.(?:push)?url$/s.exec(name)?.[1] ?? [])),
  ];
  const said = [`branch.${branch}.pushremote`, 'remote.pushdefault', `branch.${branch}.remote`]
    .map((name) => settings.get(name))
    .find((name) => name !== undefined && remotes.includes(name));
  const usual = remotes.length === 1 ? remotes[0] : remotes.find((name) => name === 'origin');
  const remote = said ?? usual;
  if (remote !== undefined) return ok(remote);
  return fail(remotes.length === 0 ? say.noRemote() : say.whichRemote({ remotes }));
}

/** Pushes the new branch and makes a pull request of it; what an earlier process of this session did stands. */
export async function propose(
  context: StepContext,
  { commit, message }: DeliveryCommit,
  delivered: Delivered,
  { remote, base, maker }: Way,
): Promise<Result<Delivered>> {
  const { run } = context;
  const { branch } = delivered;
  const { effects, id: session } = run.session;
  const record: Pushed = { kind: 'pushed', remote, branch, commit, result: true };
  // with a lease on nothing: it fails where the branch is there, but at this very commit
  const ref = `refs/heads/${branch}`;
  const words = ['git', 'push', `--force-with-lease=${ref}:`, '--', remote, `${commit}:${ref}`];
  const push = () => asUser(context, words, { together: true });
  const isNoted = effects.open.some(({ undo }) => undo.kind === 'pushed' && undo.commit === commit);
  const pushed = await (isNoted ? push() : effects.perform(record, push));
  if (!pushed.ok) return unlessInterrupted(pushed.failure, (why) => say.notPushed({ branch, remote, why, session }));
  run.emit({ type: 'delivered', ...delivered, remote });

  const names = { branch, base, remote, ...(await said(context, message)) };
  const notMade = (why: string) => say.notProposed({ branch, remote, why, session });
  const known = await asUser(context, filled(maker.made, names));
  if (!known.ok) return unlessInterrupted(known.failure, notMade);
  const there = addressIn(known.value);
  const made = there === null ? await asUser(context, filled(maker.run, names)) : known;
  if (!made.ok) return unlessInterrupted(made.failure, notMade);
  const all = { ...delivered, remote, url: there ?? addressIn(made.value) };
  run.emit({ type: 'delivered', ...all });
  return ok(all);
}

/** Title and text of the pull request; the text lies in the session, too. */
async function said({ run, fields, lookup }: StepContext, message: string) {
  const words = (path: string) => (path === 'task' ? lookup(path) : othersText(asText(lookup(path))));
  const body = forgeText(render(run.recipe.reports[String(fields.body)] ?? '', words));
  const body_file = join(await deliveryFolder(run), 'pull-request.md');
  await writeAtomic(body_file, body);
  return { title: harmlessLine(message.split('\n')[0] ?? ''), body, body_file };
}

const filled = (words: readonly string[], names: Readonly<Record<string, string>>): string[] =>
  words.map((word) => render(word, (path) => (Object.hasOwn(names, path) ? names[path] : undefined)));

/** The address of a pull request ends in its number. */
const addressIn = (printed: string): string | null =>
  /https?:\/\/[^\s"'<>]+\/\d+(?![^\s"'<>,])/.exec(printed)?.[0] ?? null;
