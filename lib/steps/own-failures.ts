// What of a candidate's failing gates is its own doing: not what fails on the untouched base as well, could not be run,
// or does not see what it holds. To know that, the failing gates are run on the base first, where that is not done yet.
import { BASE, type GateResult, type GateState, type NamedTree } from '../core/candidate.ts';
import { BlindMemory } from './blind-memory.ts';
import type { StepContext } from './executor.ts';
import { fenced } from './fenced.ts';
import { commandText } from './find-gates.ts';
import { describeAgain, measureTree, runGates } from './gating.ts';
import type { Run } from './run.ts';

/** What a `gates` step saves. (A type: plain data.) */
type Checked = {
  /** No required gate fails by what the candidate did. */
  readonly fine: boolean;
  /** Each gate that does, with the end of what it printed between fences; '' where none does. */
  readonly failing: string;
};

/** @param named whose gates have run */
export async function ownFailures(context: StepContext, named: NamedTree): Promise<Checked> {
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

const isFailure = (state: GateState): boolean => state === 'fail' || state === 'timeout';

/** Gates that fail on a tree, by all that is known. */
async function failures(run: Run, tree: string): Promise<readonly GateResult[]> {
  const results = await Promise.all(Object.values(run.gates).map((gate) => describeAgain(run, gate, tree)));
  return results.filter((result): result is GateResult => result !== null && isFailure(result.state));
}

/** One that passed on spoilt sources counts only where it fails in a place of ours too. */
async function isSeen(context: StepContext, { gate: id, tree }: GateResult): Promise<boolean> {
  const { run } = context;
  if (run.blind.has(id)) return false;
  const memory = new BlindMemory(run);
  await memory.read();
  if (memory.of(run.gates[id]!) !== true) return true;
  const place = { id: 'canary', place: 'canary', tree, workspace: null, once: true } as const;
  return isFailure((await measureTree(context, place, run.gates[id]!)).state);
}

function describe(run: Run, { gate: id, state, excerpt }: GateResult): string {
  const { title, run: command } = run.gates[id]!;
  const how = state === 'timeout' ? 'ran into its time limit' : 'fails';
  return `${title} (\`${commandText(command)}\`) ${how}:\n\n${fenced(excerpt.trim() === '' ? '(it printed nothing)' : excerpt)}`;
}
