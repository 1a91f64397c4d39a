// A model changes files: in a workspace that is its own, or a tree that is laid out in a place of ours.
import { join } from 'node:path';
import type { Workspace } from '../candidate/workspaces.ts';
import { ok, type Result, resultOf } from '../core/failure.ts';
import { leftOutSentence } from '../evidence/left-out.ts';
import { askModel } from './ask-model.ts';
import { askThere } from './asked-where.ts';
import { captureNow, captureWithSide, holds } from './capturing.ts';
import type { StepContext } from './executor.ts';
import { onFarBench } from './far-bench.ts';
import type { Asked, Question } from './model-question.ts';
import { hasOther, laneOf, moveLane } from './move-lane.ts';
import { layOut, onBench } from './on-bench.ts';
import type { Answered } from './paid.ts';
import type { Benches } from './run-places.ts';

/**
 * Asks a model that may change a workspace, and captures what it did.
 * @param restore puts the workspace back before another attempt, but for what is to be kept
 * @param mustChange finding that all is well already is no answer
 */
export const askIn = (
  context: StepContext,
  question: Asked,
  workspace: Workspace,
  restore: (keeps: boolean, workspace: Workspace) => Promise<void>,
  mustChange = false,
): Promise<Result<Answered>> => {
  const { run, lane } = context;
  const inPlace = (place: Workspace, asked: Asked): Question => ({
    ...{ ...asked, cwd: place.path, far: place.far },
    restore: (keeps) => restore(keeps, place),
    look: async () => {
      const { tree, side, changes } = await captureNow(run, place);
      return { tree, side, changed: !mustChange || changes.length > 0 };
    },
    ...(laneOf(run, place) === lane && hasOther(run, place) && { elsewhere: (why) => moved(place, asked, why) }),
  });
  const moved = (place: Workspace, asked: Asked, why: string): Promise<Result<Question>> =>
    resultOf(async () => {
      const other = await moveLane(context, place, why);
      if (!other.ok) return other;
      const { onward: _, ...anew } = asked; // its session lies where it was
      const participant = run.participants.get(asked.participant.slot.id)!;
      await restore(false, other.value);
      return ok(inPlace(other.value, { ...anew, participant }));
    });
  return askModel(context, inPlace(workspace, question));
};

/**
 * A model changes a tree in a place of ours, where it is laid out and captured; an unchanged one is no failure.
 * @param tree what it begins with
 * @param who.folder below `left-out/`, for copies of what no tree holds; `who.says` names it in a sentence
 * @returns its answer, and the tree that it left
 */
export function changeOnBench(
  context: StepContext,
  question: Asked,
  tree: string,
  who: { readonly folder: string; readonly says: string },
): Promise<Result<{ readonly text: string; readonly tree: string }>> {
  return askThere(context, question.participant, (participant, met) => {
    const change = (bench: Workspace, benches: Benches) =>
      changeThere(context, { ...question, participant, tree, anew: true }, { bench, benches, tree }, who);
    return met === null
      ? onBench(context, tree, (bench) => change(bench, context.run.places.benches), true)
      : onFarBench(context, met, tree, change, true);
  });
}

async function changeThere(
  context: StepContext,
  question: Asked,
  { bench, benches, tree }: { readonly bench: Workspace; readonly benches: Benches; readonly tree: string },
  who: { readonly folder: string; readonly says: string },
): Promise<Result<{ readonly text: string; readonly tree: string }>> {
  const { run, pass } = context;
  // what a model leaves on a host beside its changes is not seen from here
  if (bench.far !== undefined) void benches.withdraw(bench); // it goes when it is given back
  const answer = await askIn(context, question, bench, async (keeps) => (keeps ? undefined : layOut(run, bench, tree)));
  if (!answer.ok) return answer;
  const left = answer.value.left?.tree ?? tree;
  if (run.places.captured.has(bench.id)) {
    const { side } = await captureWithSide(run, bench, join(await run.session.passDir(pass), 'left-out', who.folder));
    const said = leftOutSentence(who.says, side, run.recipe.caches);
    if (said !== '') run.note(said);
    if ((await holds(run, bench, left)) !== 'exactly') {
      run.places.spare = null;
      void benches.withdraw(bench); // it goes when it is given back
    }
  }
  return ok({ text: answer.value.text, tree: left });
}
