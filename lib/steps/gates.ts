// Executor `gates`: the project's own checks on what a lane made, or on the untouched base (row A3).

import type { Workspace } from '../candidate/workspace.ts';
import { fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run.ts';
import { beforeBase, testBase } from './base-gates.ts';
import { ended } from './capturing.ts';
import type { Executor, StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import { describeAgain, runGates } from './gating.ts';
import type { Run } from './run.ts';
import { isInTree } from './tree-verdict.ts';

export const gates: Executor = {
  name: 'gates',
  nature: 'action',
  summary: 'Runs the quality gates on what a slot made, or on the untouched base (`base`).',
  schema: { value: { type: 'string', description: 'A slot, or `base`.' } },
  needs: (said) => ['find_gates', ...(said('value') === 'base' ? [] : ['capture'])],
  example: '- gates: ${slot.id}',
  label: ({ value }) => (value === 'base' ? 'quality gates on the untouched base' : 'quality gates'),
  foresee: async ({ run, value }) => ({
    says: Object.values(run.gates).map(
      (gate) =>
        `run the gate ${gate.title} on ${value === 'base' ? 'the untouched base' : run.title(String(value))}: ${commandText(gate.run)}`,
    ),
  }),
  async run(context) {
    const { run, value, pass } = context;
    const id = String(value);
    const tree = id === 'base' ? run.baseTree : run.passRecord(pass)?.trees[id];
    if (tree === undefined)
      return fail(
        messages.stepTooEarly({ step: context.id, why: `nothing of ${id} has been captured that could be tested` }),
      );
    const workspace = whereItLies(run, id, tree);
    if (id === 'base') await testBase(context);
    else await beforeBase(run, pass, () => runGates(context, { id, tree, workspace }));
    if (workspace) await ended(run, workspace);
    if (context.signal.aborted) return fail(messages.interrupted());
    await settle(context, run);
    return ok(undefined);
  },
};

/** The lane's own workspace, where that holds the tree (in a resumed run it may not); null: to be laid out. */
function whereItLies(run: Run, id: string, tree: string): Workspace | null {
  if (id === 'base') return null;
  const workspace = run.workspaces.get(id);
  return workspace && run.captured.get(workspace.id)?.tree === tree ? workspace : null;
}

/** Says again what changed its meaning when the base's own result came in: failing already is not failing. */
async function settle({ pass }: StepContext, run: Run): Promise<void> {
  for (const [subject, results] of Object.entries(run.passRecord(pass)?.gate_results ?? {})) {
    for (const result of Object.values(results)) {
      const gate = run.gates[result.gate];
      if (!gate || subject === 'base' || isInTree(subject)) continue;
      const now = await describeAgain(run, gate, result.tree);
      if (now && now.state !== result.state) run.emit({ type: 'gate_end', pass, subject, result: now, cached: true });
    }
  }
}
