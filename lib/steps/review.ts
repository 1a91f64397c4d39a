// Executor `review`: nothing is applied before the user's yes.
import { isDeepStrictEqual } from 'node:util';
import { changes } from '../candidate/changes.ts';
import { blobSizes, readBlobs } from '../candidate/objects.ts';
import { BASE, type Candidate, COMPOSITE, EARLIER, type Pick, PLAN, type Plan } from '../core/candidate.ts';
import { placeOf } from '../core/delivery.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { type GateState, isFailure, isMeasured } from '../core/gate-states.ts';
import { anotherRound } from '../core/messages/control.ts';
import { messages } from '../core/messages/run-messages.ts';
import { actionsIn } from '../core/step.ts';
import { allRequiredPass } from '../evidence/evidence.ts';
import { unmeasuredOn } from '../evidence/unmeasured.ts';
import { actionsOf, candidates } from './candidates.ts';
import { evidenceOf } from './evidence-of.ts';
import type { Executor, StepContext } from './executor.ts';
import { reviewedHunks } from './file-hunks.ts';
import { shownPath } from './judged-versions.ts';
import { PLANNED, planOf, treeOf } from './named-trees.ts';
import { savePlan } from './plan-files.ts';
import { composePicks, groupingOf } from './proposing.ts';
import { openRevision, revision, withKept } from './revision.ts';
import type { Run } from './run-context.ts';

const LONGEST_SHOWN = 1024 * 1024;

export const review: Executor = {
  name: 'review',
  nature: 'action',
  summary: 'Asks the user to accept, change or decline what was put together. Without a terminal it needs --yes.',
  schema: { value: PLANNED },
  saves: 'tree',
  needs: () => ['compose'],
  formerly: (said) => (said('value') === PLAN ? 'review: "${combined}", save: combined' : null),
  example: '- { review: "${combined}", save: combined }',
  label: () => 'waiting for your decision',
  preview: async () => ({ says: ['ask you to accept, change or decline the plan'] }),
  async run(context) {
    const { run, pass } = context;
    const found = await planFor(context);
    if (!found.ok) return found;
    const { plan, said } = found.value;
    run.undecided = openRevision(run, pass) !== null; // `mm revise` has told it
    if (run.undecided) return ok({ id: COMPOSITE, tree: plan.tree });
    if (plan.files.length === 0) return fail(messages.nothingChanged());
    if (said !== null && (run.options.yes || run.options.headless))
      run.emit({ type: 'show', title: 'your choice', text: said });
    if (run.options.yes) {
      run.emit({ type: 'answer', text: 'Apply the plan?', answer: 'accept', by: 'option' });
      return ok({ id: COMPOSITE, tree: plan.tree });
    }
    if (run.options.headless) return fail(messages.declined({ headless: true }));
    run.emit({ type: 'question', text: 'Apply the plan?' });
    const all = await candidates(context);
    const { together } = await groupingOf(context, all);
    const takesNotes = actionsIn(run.recipe.phases).some(({ executor }) => executor === revision.name);
    const decided = await run.review({
      plan,
      onePass: run.recipe.phases.every(({ repeat }) => repeat === null),
      ...(run.options.delivery && { into: placeOf(run.options.delivery) }),
      candidates: all.map((each) => ({
        id: each.id,
        title: each.id === EARLIER ? 'the earlier result' : run.title(each.id),
        hint: inShort(context, each.id, each.changes.size),
        revisable: takesNotes && (run.participants.get(each.id)?.backends.length ?? 0) > 0,
        files: actionsOf(each),
      })),
      together,
      said,
      hunks: (path, pick) => reviewedHunks(context, { all, plan, together }, path, pick),
      chosen: (files) => {
        const kept = run.passRecord(pass)?.chosen ?? null;
        if (!isDeepStrictEqual(kept, files)) run.emit({ type: 'chosen', pass, files });
      },
      version: (path, id) => version(context, all, plan, path, id),
      regate: (picks) => regate(context, all, plan, picks),
    });
    run.emit({ type: 'answer', text: 'Apply the plan?', answer: decided.decision, by: 'user' });
    if (decided.decision === 'interrupt') return fail(messages.interrupted());
    if (decided.decision === 'another-pass') {
      run.emit({ type: 'reopened', key: context.step.key }); // there will be another plan to decide on
      return fail(anotherRound);
    }
    if (decided.decision === 'revise' && decided.revision) {
      run.emit({ type: 'revision', pass, ...decided.revision });
      run.undecided = true;
      return ok({ id: COMPOSITE, tree: plan.tree });
    }
    if (decided.decision !== 'accept') return fail(messages.declined({ headless: false }));
    if (decided.plan === plan) return ok({ id: COMPOSITE, tree: plan.tree });
    return ok(await savePlan(context, inPlaceOf(context, decided.plan, plan)));
  },
};

/** What the user made of a plan, as the plan that stands in place of what the recipe named. */
const inPlaceOf = ({ run, pass, value }: StepContext, chosen: Plan, plan: Plan): Plan => ({
  ...chosen,
  instead_of: treeOf(run, pass, value)?.tree ?? plan.tree,
});

/** The plan to decide on; where the user has chosen otherwise already, there or with `mm pick`, what comes of that. */
async function planFor(context: StepContext): Promise<Result<{ readonly plan: Plan; readonly said: string | null }>> {
  const { run, pass, value } = context;
  const record = run.passRecord(pass);
  const before = openRevision(run, pass) === null ? record?.chosen : undefined;
  const planned = before && record?.plan ? ok(record.plan) : planOf(context, value);
  if (!planned.ok) return planned;
  const plan = planned.value;
  if (!before && record?.plan !== plan) await savePlan(context, plan);
  const all = await candidates(context);
  const chosen = before ?? keptChoices(context, plan, all);
  if (!chosen) return ok({ plan, said: null });
  const gated = await regate(context, all, plan, chosen);
  if (!gated.ok) {
    run.emit({ type: 'chosen', pass, files: null });
    run.note(`What you had chosen can't be put together: ${gated.failure.what}`, 'warning');
    return ok({ plan, said: null });
  }
  const { plan: made, said } = gated.value;
  const next = made.tree === plan.tree ? plan : inPlaceOf(context, made, plan);
  await savePlan(context, next);
  const yours = chosen
    .filter(({ by }) => by === 'user')
    .map(({ path, from, why }) => `- ${shownPath(path)}: ${whose(run, from)} (${why})`);
  return ok({ plan: next, said: [...(yours.length > 0 ? [yours.join('\n')] : []), said].join('\n\n') });
}

/** What the user had chosen before a model was told to change its work, put into the plan that came of it. */
function keptChoices({ run, pass }: StepContext, plan: Plan, all: readonly Candidate[]): readonly Pick[] | null {
  const kept = withKept(run, pass, plan, all);
  if (kept === null) return null;
  const lost = kept.lost.map(shownPath).join(', ');
  if (lost !== '')
    run.note(`What you had chosen of ${lost} is no longer there; the plan says what is taken instead.`, 'warning');
  const files = isDeepStrictEqual(kept.files, plan.files) ? null : kept.files;
  run.emit({ type: 'chosen', pass, files });
  return files;
}

const whose = (run: Run, from: string): string =>
  from === BASE
    ? 'left as it was'
    : `of ${from
        .split('+')
        .map((id) => (id === BASE ? 'the base' : run.title(id)))
        .join(' and ')}`;

/** A candidate in a few words: how much it changed, and which gates it fails. */
function inShort({ run, pass }: StepContext, id: string, files: number): string {
  const gates = Object.entries(run.passRecord(pass)?.models[id]?.gates ?? {});
  const those = (is: (state: GateState) => boolean) =>
    gates.filter(([, state]) => is(state)).map(([gate]) => run.gates[gate]?.title ?? gate);
  const failing = those(isFailure);
  const before = those((state) => state === 'already-failing');
  const missing = those((state) => !isMeasured(state));
  const parts = [
    failing.length > 0 ? `fails ${failing.join(', ')}` : '',
    before.length > 0 ? `fails ${before.join(', ')} as the base does` : '',
    missing.length > 0 ? `not checked: ${missing.join(', ')}` : '',
  ].filter((part) => part !== '');
  const said = parts.length > 0 ? parts.join('; ') : 'gates pass';
  return `${files} ${files === 1 ? 'file' : 'files'}${gates.length > 0 ? `, ${said}` : ''}`;
}

async function version(
  { run }: StepContext,
  all: readonly Candidate[],
  plan: Plan,
  path: string,
  id: string,
): Promise<{ text: string | null; binary: boolean }> {
  const planned = async () => (await changes(run.store, run.baseTree, plan.tree)).find((each) => each.path === path);
  const touched = all.find((candidate) => candidate.changes.has(path))?.changes.get(path) ?? (await planned());
  const change = id === PLAN ? await planned() : all.find((candidate) => candidate.id === id)?.changes.get(path);
  const entry = change ? change.after : touched?.before;
  if (!entry) return { text: null, binary: false };
  const size = (await blobSizes(run.store, [entry.oid])).get(entry.oid);
  if (size === undefined) return { text: '(never fetched into this clone)\n', binary: false };
  if (change?.binary || size > LONGEST_SHOWN) return { text: null, binary: true };
  const [bytes] = await readBlobs(run.store, [entry.oid]);
  return { text: Buffer.from(bytes!).toString('utf8'), binary: false };
}

/** What the user changed is put together and proven again. */
async function regate(
  context: StepContext,
  all: readonly Candidate[],
  plan: Plan,
  picks: readonly Pick[],
): Promise<Result<{ plan: Plan; said: string }>> {
  const { run } = context;
  const composed = await composePicks(context, all, picks, { planned: plan.tree });
  if (!composed.ok) return composed;
  const { tree } = composed.value;
  const evidence = await evidenceOf(context, COMPOSITE, tree, all);
  const changed = await changes(run.store, run.baseTree, tree);
  const kept = picks.filter(({ path }) => changed.some((change) => change.path === path));
  const said = evidence.gates
    .map(
      ({ gate, state }) => `- ${run.gates[gate]?.title ?? gate}: ${state === 'missing' ? 'could not be run' : state}`,
    )
    .join('\n');
  // what was said of the proposal does not hold for this
  const notes = ['You changed the plan that was proposed.'];
  if (evidence.gates.length === 0) notes.push('There are no quality gates: nothing was verified.');
  return ok({
    plan: {
      ...plan,
      files: kept,
      tree,
      whole: null,
      decided_by: 'user',
      notes,
      proven: allRequiredPass(evidence),
      unmeasured: unmeasuredOn(evidence),
    },
    said: said === '' ? 'There are no quality gates to run on it.' : `The quality gates on your choice:\n\n${said}`,
  });
}
