// Executor `answered`: ends the run where every model failed, so that nothing is made of nothing.

import { type Failure, fail, ok } from '../core/failure.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import type { Executor } from './executor.ts';
import type { Run } from './run-context.ts';

export const answered: Executor = {
  name: 'answered',
  nature: 'action',
  summary: 'Ends the run when no model answered, with the reason of each.',
  schema: { value: { enum: ['slots.available'], description: 'Whose answers.' } },
  example: '- answered: slots.available',
  preview: async () => ({ says: ['go on if any of them answered'] }),
  async run({ run, pass }) {
    const some = Object.values(run.passRecord(pass)?.models ?? {}).some(({ status }) => status === 'ok');
    return some ? ok(undefined) : fail(allFailed(run, pass));
  },
};

/** Each slot that took part, by its title, with the reason. */
export function allFailed(run: Run, pass: number): Failure {
  const models = run.passRecord(pass)?.models ?? {};
  const lacksBudget = Object.values(models).some(({ failure }) => failure === 'budget');
  const failures = [...run.participants.keys()].map((slot) => ({
    title: run.title(slot),
    why:
      (models[slot]?.status === 'failed' ? models[slot].why : null) ??
      run.out.get(`${pass}/${slot}`)?.what ??
      'it delivered nothing',
  }));
  return modelMessages.allModelsFailed({ failures, session: lacksBudget ? run.session.id : null });
}
