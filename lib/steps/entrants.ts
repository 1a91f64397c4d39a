// Whose work can be chosen from in a pass.
import { changes } from '../candidate/changes.ts';
import type { Change } from '../core/candidate.ts';
import type { Run } from './run.ts';

/** Someone's work that can be chosen from. */
export interface Entrant {
  /** A slot's id, or `earlier`: what the pass before put together. */
  readonly id: string;
  readonly tree: string;
  readonly changes: ReadonlyMap<string, Change>;
}

/**
 * The candidates of a pass: every slot that delivered, in the recipe's order (not that of who was first), and the
 * composite of the pass before.
 */
export async function entrants(run: Run, pass: number): Promise<readonly Entrant[]> {
  const models = Object.entries(run.passRecord(pass)?.models ?? {}).filter(
    ([id, { status, tree }]) => status === 'ok' && tree !== null && !run.isOut(id, pass),
  );
  const order = [...run.seats.keys()];
  const trees = models
    .map(([id, { tree }]) => ({ id, tree: tree! }))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const earlier = run.passRecord(pass - 1)?.plan?.tree;
  if (earlier !== undefined && !trees.some(({ tree }) => tree === earlier))
    trees.push({ id: 'earlier', tree: earlier });
  return Promise.all(
    trees.map(async ({ id, tree }) => {
      const changed = await changes(run.store, run.baseTree, tree);
      return { id, tree, changes: new Map(changed.map((change) => [change.path, change])) };
    }),
  );
}
