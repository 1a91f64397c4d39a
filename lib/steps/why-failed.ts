// Why each model of a pass delivered nothing, as the message that all of them failed.
import type { Failure } from '../core/failure.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import type { Run } from './run.ts';

/** Each slot that took part, by its title, with the reason. */
export function allFailed(run: Run, pass: number): Failure {
  const models = run.passRecord(pass)?.models ?? {};
  const lacksBudget = Object.values(models).some(({ failure }) => failure === 'budget');
  const failures = [...run.seats.keys()].map((slot) => ({
    title: run.title(slot),
    why:
      (models[slot]?.status === 'failed' ? models[slot].why : null) ??
      run.out.get(`${pass}/${slot}`)?.what ??
      'it delivered nothing',
  }));
  return modelMessages.allModelsFailed({ failures, session: lacksBudget ? run.session.id : null });
}
