// Executor `confirm`: asks before going on. A no ends the rounds of the group it stands in; what is done stays.
import { fail, ok } from '../core/failure.ts';
import { endRounds } from '../core/messages/control.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Executor } from './executor.ts';

export const confirm: Executor = {
  name: 'confirm',
  nature: 'analysis',
  summary:
    'Asks yes or no; a no ends the repeated group that it stands in. Without a terminal, or with --yes, the answer ' +
    'is yes.',
  schema: { value: { type: 'string', text: true, description: 'The question.' } },
  example: '- { confirm: Another round costs tokens. Go on?, when: pass.later }',
  async run({ run, value }) {
    const text = String(value);
    if (run.options.headless || run.options.yes) {
      run.emit({ type: 'answer', text, answer: true, by: run.options.yes ? 'option' : 'headless' });
      return ok(true);
    }
    run.emit({ type: 'question', text });
    const answer = await run.prompter.confirm({ message: text, initial: true });
    if ('cancelled' in answer && answer.by !== 'escape') return fail(messages.interrupted());
    const yes = 'answered' in answer && answer.answered;
    run.emit({ type: 'answer', text, answer: yes, by: 'user' });
    return yes ? ok(true) : fail(endRounds);
  },
};
