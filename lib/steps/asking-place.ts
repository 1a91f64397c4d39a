// Where a model is asked something that changes nothing: the scratch clone, which shows the base and nobody's name.
import { join } from 'node:path';
import { ok, type Result } from '../core/failure.ts';
import { writeAtomic } from '../system/files.ts';
import { askModel } from './ask-model.ts';
import type { StepContext } from './executor.ts';
import type { Asked } from './model-question.ts';
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
  const answer = await askModel(context, {
    ...question,
    promptFile,
    readOnly: true,
    cwd: await askingPlace(context),
    look: async () => null,
    restore: async () => {},
  });
  return answer.ok ? ok(answer.value.text) : answer;
}
