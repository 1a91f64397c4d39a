// Executor `gates`: the project's own checks on what a lane made, or on the untouched base.
import type { Workspace } from '../candidate/workspaces.ts';
import { BASE, type GateResult, isTree, type NamedTree } from '../core/candidate.ts';
import { fail, ok } from '../core/failure.ts';
import { isFailure } from '../core/gate-states.ts';
import type { Json } from '../core/json.ts';
import { messages } from '../core/messages/run-messages.ts';
import { beforeBase, testBase, untilWorthIt } from './base-gates.ts';
import { BlindMemory } from './blind-memory.ts';
import { findBlindGates } from './canary.ts';
import { ended, holds } from './capturing.ts';
import type { Executor, StepContext } from './executor.ts';
import { fenced } from './fenced.ts';
import { commandText, mayRunHere, placeText } from './find-gates.ts';
import { changedMeanwhile, describeAgain, forget, measureTree, runGates } from './gating.ts';
import type { Subject } from './measured.ts';
import { treeOf } from './named-trees.ts';
import type { Run } from './run-context.ts';
import { isInTree } from './tree-verdict.ts';

export const gates: Executor = {
  name: 'gates',
  nature: 'action',
  summary:
    'Runs the quality gates on a tree: what a slot made, or the untouched base. Saves whether all is `fine`, and ' +
    'what is `failing` by its own doing: not what fails on the base, too, or could not be run.',
  schema: {
    value: { type: 'string', tree: 'candidate', description: 'A tree, or the slot whose captured one is meant.' },
  },
  saves: { fine: 'safe', failing: 'text' },
  needs: (said) => ['find_gates', ...(isWord(said('value')) && !isBase(said('value')) ? ['capture'] : [])],
  formerly: (said) => (said('value') === BASE ? 'gates: "${repo.tree}"' : null),
  example: '- gates: ${tree}',
  label: ({ value }) => (isBase(value) ? 'quality gates on the untouched base' : 'quality gates'),
  preview: async ({ run, value, lane }) => ({
    says: Object.values(run.gates).map(
      (gate) =>
        `run the gate ${gate.title} on ${isBase(value) ? 'the untouched base' : ownerOf(run, lane, value)}: ` +
        `${commandText(gate.run)}${placeText(gate)}`,
    ),
  }),
  async run(context) {
    const { run, value, pass } = context;
    const named = treeOf(run, pass, value);
    if (named === null) {
      const why = `nothing of ${value ?? context.step.value} has been captured that could be tested`;
      return fail(messages.stepTooEarly({ step: context.id, why }));
    }
    const { id, tree } = named;
    const workspace = await whereItLies(run, id, tree);
    if (id !== BASE) {
      const subject = { id, tree, workspace };
      await beforeBase(run, pass, subject, () => runLane(context, subject));
    } else if (await untilWorthIt(context)) {
      const trying = findBlindGates(context);
      await Promise.all([testBase(context).finally(trying.hurry), trying.ended]);
    }
    if (workspace) await ended(run, workspace);
    if (context.signal.aborted) return fail(messages.interrupted());
    await settle(context, run);
    return ok(context.step.save === null ? undefined : await ownFailures(context, { id, tree }));
  },
};

const isBase = (value: Json | undefined): boolean => value === BASE || (isTree(value) && value.id === BASE);
const isWord = (value: string | undefined): boolean => value !== undefined && !/^\$\{(?!slot\.)/.test(value);
/** Whose tree it is, in a look ahead too, where there is none yet. */
const ownerOf = (run: Run, lane: string | null, value: Json): string =>
  run.title(isTree(value) ? value.id : String(value) in run.recipe.slots ? String(value) : (lane ?? String(value)));

/** The lane's own workspace, where that holds the tree and nothing else of its model's; null: to be laid out. */
async function whereItLies(run: Run, id: string, tree: string): Promise<Workspace | null> {
  const workspace = id === BASE ? undefined : run.places.workspaces.get(id);
  if (!workspace || Object.keys(run.gates).length === 0) return workspace ?? null;
  if (workspace.far === undefined && !Object.values(run.gates).some(mayRunHere)) return null; // nothing runs in it
  const held = await holds(run, workspace, tree);
  if (held === 'packages')
    run.note(`${run.title(id)} changed which packages are wanted: its gates run in its own folder, where those are.`);
  if (held !== 'more') return workspace;
  if (run.places.captured.get(workspace.id)?.tree === tree)
    run.note(`${run.title(id)} left more than its candidate holds, so its gates run in a clean place without that.`);
  return null;
}

/** A lane's gates; once more in a clean place where somebody changed files in the lane meanwhile. */
async function runLane(context: StepContext, subject: Subject): Promise<void> {
  const { run } = context;
  await runGates(context, subject);
  const { workspace, tree, id } = subject;
  if (workspace === null || context.signal.aborted) return;
  const strange = await changedMeanwhile(run, workspace, tree);
  if (strange.length === 0) return;
  forget(run, tree);
  await runGates(context, { ...subject, workspace: null, watch: true });
  if (strange.every((path) => run.tested.writtenByGates.has(path))) return;
  run.places.holds.set(workspace.id, Promise.resolve('more'));
  const some = strange.slice(0, 3).join(', ');
  run.note(
    `While the gates of ${run.title(id)} ran, ${some} changed in its folder: they were run again in a clean place.`,
    'warning',
  );
}

/** Says again what changed its meaning when the base's own result came in: failing already is not failing. */
async function settle({ pass }: StepContext, run: Run): Promise<void> {
  for (const [subject, results] of Object.entries(run.passRecord(pass)?.gate_results ?? {})) {
    for (const result of Object.values(results)) {
      const gate = run.gates[result.gate];
      if (!gate || subject === BASE || isInTree(subject)) continue;
      const now = await describeAgain(run, gate, result.tree);
      if (now && now.state !== result.state) run.emit({ type: 'gate_end', pass, subject, result: now, cached: true });
    }
  }
}

/** What a `gates` step saves. (A type: plain data.) */
type Checked = {
  /** No required gate fails by what the candidate did. */
  readonly fine: boolean;
  /** Each gate that does, with the end of what it printed between fences; '' where none does. */
  readonly failing: string;
};

/**
 * What of a candidate's failing gates is its own doing: not what fails on the untouched base as well, could not be run,
 * or does not see what it holds. To know that, the failing gates are run on the base first, where that is not done yet.
 * @param named whose gates have run
 */
async function ownFailures(context: StepContext, named: NamedTree): Promise<Checked> {
  const { run } = context;
  if (named.id === BASE) return { fine: true, failing: '' };
  const suspects = await failures(run, named.tree);
  if (suspects.length > 0) {
    const gates = suspects.map(({ gate }) => run.gates[gate]!);
    await runGates(context, { id: BASE, tree: run.baseTree, workspace: null }, gates);
  }
  const own: GateResult[] = [];
  for (const result of await failures(run, named.tree)) if (await isSeen(context, result)) own.push(result);
  return {
    fine: !own.some(({ gate }) => run.gates[gate]!.required),
    failing: own.map((result) => describe(run, result)).join('\n\n'),
  };
}

/** Gates that fail on a tree, by all that is known. */
async function failures(run: Run, tree: string): Promise<readonly GateResult[]> {
  const results = await Promise.all(Object.values(run.gates).map((gate) => describeAgain(run, gate, tree)));
  return results.filter((result): result is GateResult => result !== null && isFailure(result.state));
}

/** One that passed on spoilt sources counts only where it fails in a place of ours too. */
async function isSeen(context: StepContext, { gate: id, tree }: GateResult): Promise<boolean> {
  const { run } = context;
  if (run.blind.has(id)) return false;
  const memory = await BlindMemory.read(run);
  if (memory.of(run.gates[id]!) !== true) return true;
  const place = { id: 'canary', place: 'canary', tree, workspace: null, once: true } as const;
  return isFailure((await measureTree(context, place, run.gates[id]!)).state);
}

function describe(run: Run, { gate: id, state, excerpt }: GateResult): string {
  const { title, run: command } = run.gates[id]!;
  const how = state === 'timeout' ? 'ran into its time limit' : 'fails';
  const said = fenced(excerpt.trim() === '' ? '(it printed nothing)' : excerpt);
  return `${title} (\`${commandText(command)}\`) ${how}:\n\n${said}`;
}
