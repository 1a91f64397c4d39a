// Where a model is asked something that changes nothing: the scratch clone, which shows the base and nobody's name.
import type { StepContext } from './executor.ts';
import { makeScratch, SCRATCH } from './workspace.ts';

export async function askingPlace(context: StepContext): Promise<string> {
  const place = context.run.workspaces.get(SCRATCH) ?? (await makeScratch(context));
  context.run.benches.visit(place); // it should change nothing there; whether it does, only its own options see to
  return place.path;
}
