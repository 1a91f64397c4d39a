// Where a model is asked something that changes nothing: the scratch clone, or a place on the host on which it is
// asked; both show the base and nobody's name.
import { join } from 'node:path';
import { ok, type Result } from '../core/failure.ts';
import { writeAtomic } from '../system/files.ts';
import type { FarLane } from '../system/remote/run-far.ts';
import { askModel } from './ask-model.ts';
import { askThere } from './asked-where.ts';
import type { StepContext } from './executor.ts';
import { placeOn } from './far-bench.ts';
import type { Met } from './known-hosts.ts';
import type { Asked, Question } from './model-question.ts';
import { layOut } from './on-bench.ts';
import { makeScratch, SCRATCH } from './workspace.ts';

export async function askingPlace({ run, ...context }: StepContext): Promise<string> {
  const place = run.places.workspaces.get(SCRATCH) ?? (await makeScratch({ run, ...context }));
  // It should change nothing there; whether it does, only its own options see to. So no tree is tried there any more.
  if (await run.places.benches.withdraw(place)) {
    run.places.spare = null;
    await layOut(run, place, run.baseTree);
  }
  return place.path;
}

/**
 * Asks a model what changes nothing.
 * @param question without `promptFile`: the prompt is written down under its name
 * @returns its answer
 */
export async function askOnly(
  context: StepContext,
  question: Omit<Asked, 'promptFile' | 'readOnly'> & Partial<Pick<Asked, 'promptFile'>>,
): Promise<Result<string>> {
  const { prompt, name } = question;
  const promptFile = question.promptFile ?? join(await context.run.session.passDir(context.pass), `prompt.${name}.md`);
  if (question.promptFile === undefined) await writeAtomic(promptFile, prompt);
  return askThere(context, question.participant, async (participant, met) => {
    const place = met === null ? { cwd: await askingPlace(context) } : await askingPlaceOn(context, met);
    const answer = await askModel(context, {
      ...{ ...question, ...place, participant, promptFile },
      readOnly: true,
      look: async () => null,
      restore: async () => {},
    });
    return answer.ok ? ok(answer.value.text) : answer;
  });
}

/** The same on a host: a place of its own, where an answer that an earlier process waited for is still given. */
async function askingPlaceOn(
  context: StepContext,
  met: Met,
): Promise<Pick<Question, 'cwd' | 'anew'> & { readonly far: FarLane | undefined }> {
  const { asking } = context.run.places;
  const making = asking.get(met.name) ?? placeOn(context, met, `_ask.${met.name}`, context.run.paid.anyUnderWay);
  asking.set(met.name, making);
  making.catch(() => asking.delete(met.name));
  const { workspace, isFound } = await making;
  return { cwd: workspace.path, far: workspace.far, ...(isFound ? {} : { anew: true as const }) };
}
