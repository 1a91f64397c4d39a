// Executor `cross_gates`: each candidate's tests against every other candidate's code.
import { fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run-messages.ts';
import { settleBlindGates } from './canary.ts';
import { AMONG, candidates } from './candidates.ts';
import { crossCells } from './crossing.ts';
import type { Executor } from './executor.ts';
import { lend } from './on-bench.ts';

/** 0.1.0's word for all that was captured. */
const ALL = 'slots.available';

export const cross_gates: Executor = {
  name: 'cross_gates',
  nature: 'action',
  summary: "Runs the tests that each candidate added or changed against every other candidate's code.",
  schema: {
    value: {
      anyOf: [{ enum: [ALL] }, { type: 'string', tree: 'trees' }],
      description: 'Whose: the group whose lanes gave the trees.',
    },
    fields: { with: AMONG.with },
  },
  needs: () => ['capture'],
  formerly: (said) => (said('value') === ALL ? 'cross_gates: lanes' : null),
  example: '- cross_gates: lanes',
  label: () => "running everyone's tests on everyone's code",
  preview: async () => ({ says: ["run each candidate's tests against the others' code"] }),
  async run(context) {
    const { run, pass, value } = context;
    for (const [lane, workspace] of run.places.workspaces) {
      const tree = run.passRecord(pass)?.trees[lane];
      if (tree !== undefined) await lend(run, workspace, tree); // the lanes are done
    }
    const all = await candidates(context, value === ALL ? undefined : value);
    await settleBlindGates(context, all);
    await Promise.all(all.map((candidate) => crossCells(context, candidate, all)));
    return context.signal.aborted ? fail(messages.interrupted()) : ok(undefined);
  },
};
