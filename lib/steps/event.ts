// Executor `event`: says in the journal that something is complete.
import { ok } from '../core/failure.ts';
import type { Executor } from './executor.ts';

export const event: Executor = {
  name: 'event',
  nature: 'action',
  summary: 'Writes an event into the journal.',
  schema: { value: { enum: ['pass_complete'] } },
  example: '- event: pass_complete',
  async run({ run, pass }) {
    run.emit({ type: 'pass_complete', pass });
    await run.session.settled();
    return ok(undefined);
  },
};
