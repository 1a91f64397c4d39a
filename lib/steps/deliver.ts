// Executor `deliver`: where that is asked for, the accepted result goes onto a new branch, and from there into a pull
// request. HEAD, index and working tree are not touched. Without such a wish it does nothing.
import { branchOf, type Delivered, type Delivery, whyNoBranch } from '../core/delivery.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { deliverMessages as say } from '../core/messages/deliver-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { actionsIn } from '../core/step.ts';
import { inTheWay, makeBranch, type NewBranch } from '../repository/new-branch.ts';
import { refValue } from '../system/git-refs.ts';
import { acceptedPlan, emitResult } from './apply.ts';
import { type Asking, asUser, deliveryFolder, unlessInterrupted } from './as-user.ts';
import { type DeliveryCommit, deliveryCommit } from './delivery-commit.ts';
import type { Executor, StepContext } from './executor.ts';
import { PLANNED } from './named-trees.ts';
import { findWay, propose, type Way } from './pull-request.ts';
import { whyIncomplete } from './tree-verdict.ts';

export const deliver: Executor = {
  name: 'deliver',
  nature: 'effect',
  summary:
    'With `--commit`, `--branch` or `--pr`: commits the result on a new branch, pushes it and makes a pull request, ' +
    'without touching HEAD, index or working tree. Otherwise it does nothing.',
  schema: {
    value: PLANNED,
    fields: {
      message: { type: 'string', description: 'The report that is the message of the commit.' },
      body: { type: 'string', description: 'The report that is the text of the pull request.' },
    },
    required: ['message', 'body'],
  },
  templates: { message: 'reports', body: 'reports' },
  needs: () => ['repository', 'compose'],
  example: '- { deliver: "${combined}", message: commit, body: pull-request, when: delivery.wanted }',
  label: () => 'delivering the result',
  async preview(context) {
    const { delivery } = context.run.options;
    if (!delivery) return { says: [] };
    const { problems, way } = await lookAhead(context, delivery);
    const { repository, task } = context.run;
    const branch = delivery.branch ?? branchOf(task, '…');
    const says = [
      `commit the result on the new branch ${branch}, on ${repository.base.slice(0, 12)}; your tree stays as it is`,
    ];
    if (way) says.push(`push it to ${way.remote}, and make a pull request with ${way.program}`);
    return { says, problems };
  },
  async run(context) {
    const { run } = context;
    const { delivery } = run.options;
    if (!delivery) return ok(undefined);
    const accepted = await acceptedPlan(context);
    if (!accepted.ok) return accepted;
    const plan = accepted.value;
    const { effects } = run.session;
    const cleared = await effects.undo(({ kind }) => kind === 'main-tree' || kind === 'new-branch');
    const stop = cleared.failures[0] ?? cleared.told[0];
    if (stop) return fail(stop);

    await tellVersions(context);
    const branch = delivery.branch ?? run.record.delivering?.branch ?? branchOf(run.task, run.session.id);
    const made = await deliveryCommit(context, plan, branch);
    if (!made.ok) return made;
    const { commit } = made.value;
    const { gitDir, commonDir, base } = run.repository;
    const record: NewBranch = { kind: 'new-branch', gitDir, commonDir, branch, commit, result: true };
    const branched = await effects.perform(record, () => makeBranch(record, `mm: the result of ${run.session.id}`));
    if (!branched.ok) return fail({ ...branched.failure, exit: 1 });
    const delivered: Delivered = { commit, branch, remote: null, url: null };
    run.emit({ type: 'delivered', ...delivered });
    emitResult(context, plan, null);
    run.note(`The result is the commit ${commit.slice(0, 12)} on the new branch ${branch}, on ${base.slice(0, 12)}.`);
    return delivery.pr ? pullRequest(context, made.value, delivered) : ok(undefined);
  },
};

/** What nobody has looked at and no gate has proven is published by nobody's mere `--yes`. */
async function pullRequest(
  context: StepContext,
  made: DeliveryCommit,
  delivered: Delivered,
): Promise<Result<undefined>> {
  const { run } = context;
  const { branch, commit } = delivered;
  const { id: session } = run.session;
  if (run.options.yes && whyIncomplete(run) !== null) {
    run.note(
      `${branch} is not pushed: not all gates pass. To push it all the same:\n  mm deliver ${session} --pr`,
      'warning',
    );
    return ok(undefined);
  }
  const way = await findWay(context, branch);
  if (!way.ok)
    return unlessInterrupted(way.failure, (why) => say.notPushed({ branch, remote: 'a remote', why, session }));
  const { remote, there } = way.value;
  if (there !== null && there !== commit) return fail(say.nameTaken({ branch, remote, session }));
  const proposed = await propose(context, made, delivered, way.value);
  if (!proposed.ok) return proposed;
  run.note(`The pull request is ${proposed.value.url ?? 'made'}.`);
  return ok(undefined);
}

/** Whether a recipe has such a step. */
export const delivers = ({ phases }: Recipe): boolean =>
  actionsIn(phases).some(({ executor }) => executor === deliver.name);

interface Ahead {
  readonly problems: readonly Failure[];
  readonly way: Way | null;
}

/** What stands against it, before anything is paid for. What this session itself has delivered does not. */
export async function lookAhead(context: Asking, delivery: Delivery): Promise<Ahead> {
  const { run } = context;
  const { repository, record } = run;
  const against = (failure: Failure): Ahead => ({ problems: [failure], way: null });
  if (repository.plain) return against(say.plainFolder());
  const branch = delivery.branch ?? record.delivering?.branch ?? branchOf(run.task, record.session_id || 'new');
  const why = whyNoBranch(branch);
  const lanes = ['mm', ...Object.keys(run.recipe.slots).map((id) => `mm/${id}`)];
  if (why !== null || lanes.includes(branch))
    return against(say.noBranchName({ name: branch, why: why ?? 'the branches of lanes lie below it' }));
  const ours = record.delivering?.commit ?? null; // whatever its user calls it by now
  const by = await inTheWay(repository.gitDir, branch);
  const isOurs = by === branch && ours !== null && (await refValue(repository.commonDir, `refs/heads/${by}`)) === ours;
  if (by !== null && !isOurs) return against(say.branchExists({ branch, by }));
  for (const who of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) {
    const known = await asUser(context, ['git', 'var', who]);
    if (!known.ok)
      return against(known.failure.exit === 130 ? known.failure : say.noIdentity({ said: known.failure.what }));
  }
  if (!delivery.pr) return { problems: [], way: null };
  const way = await findWay(context, branch);
  if (!way.ok) return against(way.failure);
  const { remote, there } = way.value;
  if (there !== null && there !== ours) return against(say.remoteBranchExists({ branch, remote }));
  return { problems: [], way: way.value };
}

const VERSION_LIMIT_MS = 10_000;

/**
 * Puts into `run.versions` which version the CLIs are of whose models took part, for who reads the result later. Only
 * those of the catalogue that are known to tell it are asked; one that says nothing in time is left without.
 */
async function tellVersions(context: StepContext): Promise<void> {
  const { run } = context;
  const used = new Set(run.attempts.map(({ backend }) => backend));
  const all = [...run.participants.values()].flatMap(({ backends }) => backends);
  const known = all.filter(({ cli, measured }) => measured !== null && used.has(cli) && !run.versions.has(cli));
  const clis = [...new Set(known.map(({ cli }) => cli))];
  const cwd = await deliveryFolder(run);
  await Promise.all(
    clis.map(async (cli) => {
      const said = await asUser(context, [cli, '--version'], { cwd, limitMs: VERSION_LIMIT_MS });
      const version = said.ok ? /\d+(\.\d+)+[\w.+-]*/.exec(said.value.slice(0, 1000))?.[0] : undefined;
      if (version !== undefined) run.versions.set(cli, version);
    }),
  );
}
