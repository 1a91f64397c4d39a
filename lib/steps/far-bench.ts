// Places of the session's own on the hosts of a recipe: made when they are first needed, prepared as those of models
// are, kept for the whole run, and removed at its end. Trees are tried there as on benches here.
import { keepBaseline } from '../candidate/baseline.ts';
import type { Workspace } from '../candidate/workspaces.ts';
import { FailureError } from '../core/failure.ts';
import type { StepContext } from './executor.ts';
import type { Met } from './known-hosts.ts';
import { layOut } from './on-bench.ts';
import { openOn } from './open-lane.ts';
import type { Benches } from './run-places.ts';

/** So many are made on a host that does not say how many lanes it has room for. */
const MOST = 4;

/**
 * Works on a tree on a host, where it is laid out on a bench.
 * @param leavesChanged the work changes files there
 * @throws FailureError when it can't be had there
 */
export function onFarBench<T>(
  context: StepContext,
  met: Met,
  tree: string,
  work: (workspace: Workspace, benches: Benches) => Promise<T>,
  leavesChanged = false,
): Promise<T> {
  const { run } = context;
  const benches = run.places.benchesOn(met.name, run.recipe.hosts[met.name]?.lanes ?? MOST);
  const make = async () => {
    const { workspace } = await placeOn(context, met, `_bench.${met.name}.${++run.places.farBenches}`);
    benches.add(workspace, run.baseTree);
  };
  const craft = { make, layOut: (bench: Workspace, wanted: string) => layOutOn(context, benches, bench, wanted) };
  return benches.use(craft, tree, (bench) => work(bench, benches), leavesChanged);
}

/** Lays a tree out on one of some benches; where that fails it is none any more. */
export async function layOutOn({ run }: StepContext, benches: Benches, bench: Workspace, tree: string): Promise<void> {
  try {
    await layOut(run, bench, tree);
  } catch (error) {
    void benches.withdraw(bench); // it goes when it is given back
    throw error;
  }
}

/**
 * A prepared place on a host, at the base.
 * @param id no slot's
 * @param goesOn a model may be at work there still: then it is found again, if it is there
 * @throws FailureError when it can't be made
 */
export async function placeOn(context: StepContext, met: Met, id: string, goesOn = false) {
  const { run } = context;
  const made = await openOn(context, met, { id, lane: '', goesOn, stays: true });
  if (!made.ok) throw new FailureError(made.failure);
  const isFound = run.places.prepared.has(id);
  await run.places.prepare(made.value);
  if (!run.places.prepared.has(id)) await keepBaseline(run.store, made.value, { touched: true });
  run.places.prepared.add(id);
  return { workspace: made.value, isFound };
}
