// The result is gated where it lies: the required gates run once more in the user's own tree, with the user's own
// environment. Where the user's changes are aside, the result is only tried there and taken out again; where they are
// in the tree, a gate that fails without the result too is theirs. Decides nothing about what becomes of the result
// (tree-verdict.ts).
import { changes } from '../candidate/changes.ts';
import type { Change, GateResult, Plan } from '../core/candidate.ts';
import type { Verified } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { passes } from '../core/gate-states.ts';
import { messages } from '../core/messages/run-messages.ts';
import { classifyGate } from '../evidence/gate-state.ts';
import { type Apply, applyPlan, planApply, withoutResult } from '../repository/apply-result.ts';
import { noteCaptured, versionOf } from '../repository/leftovers.ts';
import { planMainTree } from '../repository/main-tree.ts';
import { type Changes, listChanges } from '../repository/tree-status.ts';
import { gitRecords } from '../system/git.ts';
import type { StepContext } from './executor.ts';
import { mayRunHere } from './find-gates.ts';
import { keyOf, runGates } from './gating.ts';
import { installsFor } from './install-for.ts';
import type { Measured, Subject } from './measured.ts';
import { believedOfBase } from './remember-measured.ts';
import type { Run } from './run-context.ts';
import { proofOf, WITHOUT_RESULT, YOUR_TREE } from './tree-verdict.ts';

type Seen = Result<Verified | null>;

/** So many names tell what is meant. */
const MOST_NAMES = 8;

/** The gates that a result is complete with; none where the recipe takes the proof for enough. */
export const gatesInTree = (run: Run): readonly GateSpec[] =>
  run.recipe.verify === 'proof' ? [] : Object.values(run.gates).filter(({ required }) => required);

/**
 * The user's changes are aside: the result is tried on the clean tree, which is put back afterwards, whatever the gates
 * left in it. Null: there is nothing to run, or the result can't lie there as it is, which applying tells.
 */
export async function verifyAside(context: StepContext, plan: Plan): Promise<Seen> {
  const { run } = context;
  const { effects } = run.session;
  if (gatesInTree(run).length === 0) return ok(null);
  const main = await planMainTree(run.repository, run.session.id, run.freshFolder('verify'), { aside: true });
  if (!main.ok) return main;
  const tree = { ...main.value, trial: true };
  effects.note(tree);
  const tried = await tryResult(context, plan, tree.dir);
  if (!tried.ok) return tried;
  const back = await effects.undo(({ trial }) => trial === true);
  for (const text of back.said) run.note(text);
  const stop = back.failures[0] ?? back.told[0];
  return stop ? fail(stop) : tried;
}

async function tryResult(context: StepContext, plan: Plan, mainTree: string): Promise<Seen> {
  const { run } = context;
  const planned = await planApply({
    repository: run.repository,
    store: run.store,
    base: run.baseTree,
    result: plan.tree,
    dir: run.freshFolder('apply'),
    onConflict: 'stop',
  });
  if (!planned.ok) return planned.failure.id === 'apply-conflict' ? ok(null) : planned;
  const record: Apply = { ...planned.value.record, trial: true };
  const applied = await run.session.effects.perform(record, () => applyPlan(record));
  if (!applied.ok) return applied;
  const results = await runInTree(context, plan.tree, gatesInTree(run));
  const made = await changes(run.store, run.baseTree, plan.tree);
  const files = made.flatMap(({ path, after }) => (after ? [[path, versionOf(after)]] : []));
  await noteCaptured(mainTree, run.repository.gitDir, Object.fromEntries(files));
  if (context.signal.aborted) return fail(messages.interrupted());
  return ok(await verdict(context, results, []));
}

/** The result lies in the user's tree for good, beside what they were at. */
export async function verifyInPlace(context: StepContext, plan: Plan, record: Apply, before: Changes): Promise<Seen> {
  const { run } = context;
  const gates = gatesInTree(run);
  if (gates.length === 0) return ok(null);
  const dirty = isDirty(before);
  if (dirty) await forget(run, gates, { place: YOUR_TREE, tree: plan.tree }, () => false); // it may be another by now
  const results = await runInTree(context, plan.tree, gates);
  const ours = await changes(run.store, run.baseTree, plan.tree);
  const left = newIn(before, new Set(ours.flatMap(namesOf)), await changesIn(run));
  if (left.length > 0)
    run.note(
      `While the gates ran in your tree, this was written there: ${few(left)}. Git does not ignore it.`,
      'warning',
    );
  if (context.signal.aborted) return fail(messages.interrupted());
  const doubtful = results.filter(({ gate, state }) => !passes(state) && provenBefore(context, plan.tree, gate));
  if (!dirty || doubtful.length === 0) return ok(await verdict(context, results, []));
  const failing = gates.filter(({ id }) => doubtful.some(({ gate }) => gate === id));
  const own: Subject = { id: WITHOUT_RESULT, place: WITHOUT_RESULT, tree: '', workspace: placeOf(run) };
  await forget(run, failing, own, () => false);
  const seen = await withoutResult(record, () => runGates(context, own, failing));
  if (!seen.ok) return seen;
  if (context.signal.aborted) return fail(messages.interrupted());
  if (seen.value === null)
    run.note('Files of the result were changed meanwhile: whether your own changes fail these gates is not known.');
  const theirs = seen.value === null ? [] : await failingAlike(run, plan.tree, failing, own);
  return ok(await verdict(context, results, theirs));
}

/** What is in the tree that is no part of the last commit, as git tells. */
export const changesIn = ({ repository: { gitDir, top } }: Run): Promise<Changes> =>
  listChanges({ gitDir, workTree: top, cwd: top });

const isDirty = ({ tracked, untracked }: Changes): boolean => tracked.length + untracked.length > 0;

/**
 * Runs gates on the result in the tree. One that passed there is not run again; one that failed may have been mended by
 * hand.
 */
async function runInTree(context: StepContext, tree: string, gates: readonly GateSpec[]) {
  const { run } = context;
  tellElsewhere(run, gates);
  const subject: Subject = { id: YOUR_TREE, place: YOUR_TREE, tree, workspace: placeOf(run) };
  await forget(run, gates, subject, ({ first, rerun }) => passes(classifyGate({ ...first, rerun })));
  return runGates(context, subject, gates);
}

/** A gate that ran on a host runs here now, where what it needs may not be. */
function tellElsewhere(run: Run, gates: readonly GateSpec[]): void {
  for (const gate of gates.filter((each) => !mayRunHere(each))) {
    const { title, hosts = [] } = gate;
    const text =
      `${title} runs on ${hosts.join(' or ')}; in your own tree, which no host ever sees, it runs on this machine. ` +
      '`verify: proof` in a recipe leaves that out.';
    run.noteOnce(text, text, 'info');
  }
}

const placeOf = (run: Run) => ({ id: YOUR_TREE, kind: 'main', path: run.repository.top, branch: null }) as const;

async function forget(
  run: Run,
  gates: readonly GateSpec[],
  subject: Pick<Subject, 'tree' | 'place'>,
  stays: (measured: Measured) => boolean,
): Promise<void> {
  for (const gate of gates) {
    const key = keyOf(subject, gate);
    const measured = await run.tested.measured.get(key);
    if (measured && !stays(measured)) run.tested.measured.delete(key);
  }
}

const provenBefore = ({ run, pass }: StepContext, tree: string, gate: string): boolean => {
  const state = proofOf(run.passRecord(pass), tree)[gate]?.state;
  return state !== undefined && passes(state) && !run.blind.has(gate);
};

/** Those of the gates that fail without the result in the same way. */
async function failingAlike(run: Run, tree: string, gates: readonly GateSpec[], own: Subject) {
  const theirs: string[] = [];
  for (const gate of gates) {
    const there = await run.tested.measured.get(keyOf({ place: YOUR_TREE, tree }, gate));
    const without = await run.tested.measured.get(keyOf(own, gate));
    if (!there || !without) continue;
    const base = believedOfBase(without.first, without.rerun);
    if (classifyGate({ ...there.first, rerun: there.rerun, base }) === 'already-failing') theirs.push(gate.id);
  }
  return theirs;
}

async function verdict(
  { run, pass }: StepContext,
  results: readonly GateResult[],
  theirs: readonly string[],
): Promise<Verified> {
  for (const result of results.filter(({ gate }) => theirs.includes(gate))) {
    const told: GateResult = { ...result, state: 'already-failing' };
    run.emit({ type: 'gate_end', pass, subject: YOUR_TREE, result: told, cached: true });
    const title = run.gates[result.gate]?.title ?? result.gate;
    run.note(
      `${title} fails in your tree with your own uncommitted changes, without the result too: that is not held ` +
        'against the result.',
      'warning',
    );
  }
  const failing = results.filter(({ gate, state }) => !passes(state) && !theirs.includes(gate));
  run.differs = failing.length > 0 ? await differences(run, failing[0]!.tree) : [];
  const states = results.map(({ gate, state }) => [gate, theirs.includes(gate) ? 'already-failing' : state] as const);
  return { place: 'tree', gates: Object.fromEntries(states), own: theirs };
}

/** In what the user's tree is known to differ from where the result was proven, in sentences. */
async function differences(run: Run, tree: string): Promise<readonly string[]> {
  const { gitDir, top } = run.repository;
  const listing = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'];
  const ignored = await gitRecords({ gitDir, workTree: top, cwd: top }, listing);
  const installs = await installsFor(run, top, tree);
  return [
    ...(installs.length > 0
      ? [
          'The result names other packages than the last commit; nothing is installed in your tree unasked: ' +
            `${installs.join('; ')}`,
        ]
      : []),
    ...(ignored.length > 0 ? [`What git ignores is your tree's own: ${few(ignored)}`] : []),
  ];
}

const namesOf = ({ path, renamedFrom }: Change): readonly string[] =>
  renamedFrom === null ? [path] : [path, renamedFrom];

/** Paths that git tells of now and did not before, without those of the result. */
function newIn(before: Changes, ours: ReadonlySet<string>, after: Changes): readonly string[] {
  const known = new Set([
    ...ours,
    ...before.untracked,
    ...before.tracked.filter(({ unstaged }) => unstaged).map(({ path }) => path),
  ]);
  const now = [...after.untracked, ...after.tracked.filter(({ unstaged }) => unstaged).map(({ path }) => path)];
  return now.filter((path) => !known.has(path));
}

function few(paths: readonly string[]): string {
  const more = paths.length > MOST_NAMES ? ` and ${paths.length - MOST_NAMES} more` : '';
  return `${paths.slice(0, MOST_NAMES).join(', ')}${more}`;
}
