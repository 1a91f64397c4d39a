// Where a model is asked something that changes nothing: the scratch clone, which shows the base and nobody's name.
import type { StepContext } from './executor.ts';
import { layOut } from './on-bench.ts';
import { makeScratch, SCRATCH } from './workspace.ts';

export async function askingPlace({ run, ...context }: StepContext): Promise<string> {
  const place = run.workspaces.get(SCRATCH) ?? (await makeScratch({ run, ...context }));
  // It should change nothing there; whether it does, only its own options see to. So no tree is tried there any more.
  if (await run.benches.withdraw(place)) {
    run.spare = null;
    await layOut(run, place, run.baseTree);
  }
  return place.path;
}
