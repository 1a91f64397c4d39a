// Executor `answered`: ends the run where every model failed, so that nothing is made of nothing.
import { fail, ok } from '../core/failure.ts';
import type { Executor } from './executor.ts';
import { allFailed } from './why-failed.ts';

export const answered: Executor = {
  name: 'answered',
  nature: 'action',
  summary: 'Ends the run when no model answered, with the reason of each.',
  schema: { value: { enum: ['slots.available'], description: 'Whose answers.' } },
  example: '- answered: slots.available',
  foresee: async () => ({ says: ['go on if any of them answered'] }),
  async run({ run, pass }) {
    const some = Object.values(run.passRecord(pass)?.models ?? {}).some(({ status }) => status === 'ok');
    return some ? ok(undefined) : fail(allFailed(run, pass));
  },
};
