// Executor `compose`: puts the best parts together and proves the result before anyone is asked (rows A4, A5).
import { fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run.ts';
import type { Grain } from '../evidence/options.ts';
import type { Executor } from './executor.ts';
import { savePlan } from './plan-files.ts';
import { proposePlan } from './proposing.ts';
import { whyFailed } from './why-failed.ts';

export const compose: Executor = {
  name: 'compose',
  nature: 'action',
  summary:
    'Chooses the best version of every file by the evidence and the judges, puts them together and proves the result with the gates.',
  schema: {
    value: {
      enum: ['candidate', 'file', 'hunk'],
      description: 'The grain: whole candidates, files, or places within files.',
    },
  },
  needs: () => ['capture'],
  example: '- compose: file',
  label: () => 'putting the best parts together',
  foresee: async ({ value }) => ({
    says: [`put the best parts together, piece by piece (${value}), and prove the result with the gates`],
  }),
  async run(context) {
    const { run, pass, value } = context;
    const plan = await proposePlan(context, { grain: value as Grain });
    if (plan === null) return fail(messages.allModelsFailed({ failures: whyFailed(run, pass) }));
    await savePlan(context, plan);
    return ok(undefined);
  },
};
