// Executor `apply`: the accepted result into the user's tree, unstaged, where the required gates run once more. Before
// it, what a model did there is taken out; the user's own changes come back exactly as they were when the gates have
// run, so that applying is the same in every case.
import { INTEGRATED, PLAN, type Plan } from '../core/candidate.ts';
import type { Verified } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { passes } from '../core/gate-states.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Choice } from '../core/question.ts';
import type { Step } from '../core/step.ts';
import { type Apply, applyPlan, planApply } from '../repository/apply-result.ts';
import { ownVersions, restoreUserChanges, stashedPaths, type UserChanges } from '../repository/user-changes.ts';
import type { Executor, StepContext } from './executor.ts';
import { mayRunHere } from './find-gates.ts';
import { PLANNED, planOf } from './named-trees.ts';
import { resultPatch, savePlan } from './plan-files.ts';
import { proofOf, whyIncomplete } from './tree-verdict.ts';
import { changesIn, gatesInTree, verifyAside, verifyInPlace } from './verify-in-tree.ts';

export const apply: Executor = {
  name: 'apply',
  nature: 'effect',
  summary:
    "Puts the result into the user's tree: one step, unstaged, never over what the user or .gitignore keeps there. " +
    'Runs the required gates there, unless `verify: proof`.',
  schema: { value: PLANNED },
  needs: () => ['compose'],
  formerly: (said) => (said('value') === PLAN ? 'apply: "${combined}"' : null),
  example: '- apply: "${combined}"',
  label: () => 'putting the result into your tree',
  preview: async ({ run }) => {
    if (run.options.delivery) return { says: [] };
    const gates = gatesInTree(run).map((gate) => `${gate.title}${mayRunHere(gate) ? '' : ' (here)'}`);
    const again = gates.length > 0 ? [`run the required gates once more in your tree: ${gates.join(', ')}`] : [];
    return { says: ['put the result into your tree, unstaged', ...again] };
  },
  async run(context) {
    const { run } = context;
    if (run.options.delivery) return ok(undefined); // it goes elsewhere (deliver)
    const accepted = await acceptedPlan(context);
    if (!accepted.ok) return accepted;
    const plan = accepted.value;
    const { effects } = run.session;
    const cleared = await effects.undo(({ kind }) => kind === 'main-tree' || kind === 'apply');
    for (const text of cleared.said) run.note(text);
    const stop = cleared.failures[0] ?? cleared.told[0] ?? run.places.edited;
    if (stop) return fail(stop);

    const own = effects.open.find(({ undo }) => undo.kind === 'user-changes');
    const changes = own && (own.undo as UserChanges);
    const aside = own ? await verifyAside(context, plan) : ok(null);
    if (!aside.ok) return aside;
    if (changes) {
      const back = await restoreUserChanges(changes);
      if (!back.ok) return fail(back.failure);
    }
    const before = own || gatesInTree(run).length === 0 ? null : await changesIn(run);
    const applied = await putIn(context, plan, changes);
    if (!applied.ok) return applied;
    const { record, conflicts } = applied.value;
    run.guard?.resultIsIn();
    const missing = conflicts.filter(({ wins }) => wins === 'user').map(({ path }) => path);
    const inPlace =
      before && missing.length === 0 ? await verifyInPlace(context, plan, record as Apply, before) : aside;
    if (!inPlace.ok) return inPlace;
    emitResult(context, plan, inPlace.value);

    const lost = conflicts.filter(({ wins }) => wins === 'result').map(({ path }) => path);
    if (own && changes && lost.length > 0) {
      effects.forget(own); // the stash entry and its ref stay: they hold the user's version
      const { stash, ref } = changes;
      const versions = await ownVersions(changes, lost);
      return fail(messages.changesConflict({ paths: lost, versions, stash, ref, top: run.repository.top }));
    }
    if (missing.length > 0) return fail(messages.resultIncomplete({ paths: missing, patch: resultPatch(run) }));
    const restored = await effects.undo(({ kind }) => kind === 'user-changes');
    return restored.failures[0] ? fail(restored.failures[0]) : askAboutResult(context);
  },
};

/**
 * The plan that the user has accepted, once it may go anywhere: what was changed in the repository behind their back is
 * settled, and nothing is taken out of their tree any more.
 */
export async function acceptedPlan(context: StepContext): Promise<Result<Plan>> {
  const { run, pass, value } = context;
  if (run.undecided) return fail(messages.declined({ headless: false }));
  const planned = planOf(context, value);
  if (!planned.ok) return planned;
  if (run.passRecord(pass)?.plan !== planned.value) await savePlan(context, planned.value);
  const safe = await guarded(context);
  if (!safe.ok) return safe;
  await run.places.puttingBack.ended();
  return planned;
}

/** Puts a plan's result into the tree for good. @param own the user's changes, which lie there again */
async function putIn({ run }: StepContext, plan: Plan, own: UserChanges | undefined) {
  const { repository, store, baseTree: base, session } = run;
  const planned = await planApply({
    ...{ repository, store, base, result: plan.tree, dir: run.freshFolder('apply') },
    // what was edited since is in no stash
    ...(own ? { onConflict: 'result', safe: await stashedPaths(own) } : { onConflict: 'stop' }),
  });
  if (!planned.ok) {
    const { failure } = planned;
    const patch = `git apply ${repository.plain ? '--reject' : '--3way'} ${resultPatch(run)}`;
    return fail(failure.id === 'apply-conflict' ? { ...failure, remedy: [...failure.remedy, patch] } : failure);
  }
  const { record, submodules } = planned.value;
  const applied = await session.effects.perform({ ...record, result: true }, () => applyPlan(record));
  if (!applied.ok) return applied;
  for (const path of submodules)
    run.note(
      `${path} is a submodule; the result has another commit of it, which was left for you to check out.`,
      'warning',
    );
  return planned;
}

/** What was changed in the repository behind the user's back is settled before anything is put into the tree. */
async function guarded({ run, pass }: StepContext): Promise<Result<undefined>> {
  await run.guard?.check('one of the models', pass);
  const violations = run.guard?.violations ?? [];
  if (violations.length === 0) return ok(undefined);
  const what = violations.map(({ says }) => says);
  const stop = fail(messages.breached({ what, session: run.session.id, patch: resultPatch(run) }));
  if (run.options.headless) return stop;
  const list = what.map((each) => `  ${each}\n`).join('');
  const text =
    'While the models ran, something in your repository was changed that none of them should change:\n' +
    `${list}What now?`;
  run.emit({ type: 'question', text });
  const answer = await run.prompter.select({
    message: text,
    choices: [
      { value: 'back', label: 'Put it back', hint: 'then go on and apply the result' },
      { value: 'leave', label: 'Leave it', hint: 'it was me, or it is all right' },
      { value: 'stop', label: 'Stop', hint: 'apply nothing; mm recover can still put it back' },
    ],
  });
  if ('cancelled' in answer) return fail(messages.interrupted());
  run.emit({ type: 'answer', text, answer: answer.answered, by: 'user' });
  if (answer.answered === 'stop') return stop;
  if (answer.answered === 'leave') await run.guard?.accept();
  else {
    const done = await run.guard!.putBack(pass);
    if (!done.ok) return done;
    for (const said of done.value) run.note(said);
  }
  return ok(undefined);
}

/** The result has got where it was to go; what its gates say there, where they ran, counts. */
export function emitResult({ run, pass }: StepContext, plan: Plan, verified: Verified | null): void {
  const proven = Object.values(proofOf(run.passRecord(pass), plan.tree)).map(
    ({ gate, state }) => [gate, state] as const,
  );
  // what the user's own tree shows is what counts, but for what fails there without the result too
  const there = Object.entries(verified?.gates ?? {}).filter(([gate]) => !verified!.own.includes(gate));
  run.emit({
    type: 'result',
    tree: plan.tree,
    gates: Object.fromEntries([...proven, ...there]),
    files: plan.files.map(({ path, from }) => ({ path, from })),
    integrated: plan.files.some(({ from }) => from.includes(INTEGRATED)),
    verified,
  });
}

type Answer = 'undo' | 'keep' | 'mend';

/** The rounds of the recipe that mend what is in the tree begin under this name. */
const MENDING = 'plan.integrate_after';

/**
 * What becomes of an accepted result that fails in the user's own tree: asked at a terminal. Without one it stays, and
 * the run ends as not complete. Takes nothing out itself: a run that ends as declined puts the tree back.
 */
async function askAboutResult({ run, pass }: StepContext): Promise<Result<undefined>> {
  const { verified } = run.record.result ?? {};
  const failing = Object.entries(verified?.gates ?? {})
    .filter(([gate, state]) => !passes(state) && !verified!.own.includes(gate))
    .map(([gate]) => run.gates[gate]?.title ?? gate);
  const why = whyIncomplete(run);
  if (failing.length === 0 || why === null || run.options.headless || run.options.yes) return ok(undefined);
  const who = run.primary(pass)?.slot.title;
  const choices: readonly Choice<Answer>[] = [
    { value: 'undo', label: 'Take it out again', hint: 'your tree is then as it was' },
    { value: 'keep', label: 'Keep it as it is', hint: 'mm undo takes it out later' },
    ...(who !== undefined && run.mends < mendingRounds(run.recipe.phases)
      ? [{ value: 'mend' as const, label: 'Mend it', hint: `${who} is told what fails, which costs tokens` }]
      : []),
  ];
  run.note(why.what, 'warning'); // too long for a question
  const fails = `${failing.join(', ')} ${failing.length === 1 ? 'fails' : 'fail'}`;
  const text = `The result is in your tree, but ${fails} there. What now?`;
  run.emit({ type: 'question', text });
  const answer = await run.prompter.select({ message: text, choices, fresh: true, onEscape: 'keeps it' });
  if ('cancelled' in answer && answer.by === 'interrupt') return fail(messages.interrupted());
  const answered = 'cancelled' in answer ? 'keep' : answer.answered;
  run.emit({ type: 'answer', text, answer: answered, by: 'user' });
  if (answered === 'keep') return fail(why);
  if (answered === 'mend') {
    run.mends++;
    return ok(undefined);
  }
  run.emit({ type: 'result_undone' });
  return fail(messages.takenOut({ gates: failing }));
}

/** How often the recipe mends what is in the tree, if it can. */
function mendingRounds(steps: readonly Step[]): number {
  for (const step of steps) {
    if (step.when === MENDING) return typeof step.repeat === 'number' ? step.repeat : 1;
    const within = step.kind === 'group' ? mendingRounds(step.steps) : 0;
    if (within > 0) return within;
  }
  return 0;
}
