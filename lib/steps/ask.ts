// Executor `ask`: a question with choices. Without a terminal the answer is the recipe's.
import { fail, ok } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Choice } from '../core/question.ts';
import type { Executor } from './executor.ts';
import type { RunOptions } from './invocation.ts';

export const ask: Executor = {
  name: 'ask',
  nature: 'analysis',
  summary: 'Asks the user to choose; without a terminal the answer is `headless`.',
  schema: {
    value: { type: 'string', text: true, description: 'The question.' },
    fields: {
      choices: {
        type: 'array',
        minItems: 1,
        description: 'The answers to choose from.',
        items: {
          type: 'object',
          properties: {
            value: { type: ['string', 'number', 'boolean'], description: 'What the answer is.' },
            label: { type: 'string', description: 'How it is shown.' },
            hint: { type: 'string', description: 'A few words that explain it.' },
          },
          required: ['value', 'label'],
          additionalProperties: false,
        },
      },
      headless: { type: ['string', 'number', 'boolean'], description: 'The answer where nobody can be asked.' },
      prefer: {
        type: 'string',
        description: 'A name; its value comes first, "(Recommended)", and is the answer where nobody can be asked.',
      },
      answer: { type: 'string', description: 'A name; where it has a value, that is the answer and nothing is asked.' },
    },
    required: ['choices', 'headless'],
  },
  lookups: ['prefer', 'answer'],
  saves: 'safe',
  example: '- { ask: How many?, choices: [{ value: 1, label: one }], headless: 1, save: count }',
  async run({ run, value, fields, lookup }) {
    const text = String(value);
    const answered = (answer: Json, by: 'user' | 'headless' | 'option') => {
      run.emit({ type: 'answer', text, answer, by });
      return ok(answer);
    };
    const named = (field: string) =>
      typeof fields[field] === 'string' ? (lookup(fields[field]) ?? undefined) : undefined;
    const set = named('answer') ?? (isOption(run.options, fields.prefer) ? named('prefer') : undefined);
    if (set !== undefined) return answered(set, 'option');
    const preferred = named('prefer');
    if (run.options.headless || run.options.dryRun) return answered(preferred ?? fields.headless!, 'headless');
    run.emit({ type: 'question', text });
    const choices = arrange(fields.choices as unknown as readonly Choice<Json>[], preferred, 'prefer' in fields);
    const answer = await run.prompter.select({ message: text, choices, onEscape: 'ends the run' });
    if ('cancelled' in answer) return fail(messages.interrupted());
    return answered(answer.answered, 'user');
  },
};

/** What an option of the command line (`--passes`) says is an answer; a trigger word in the task is only a wish. */
const isOption = ({ triggers }: RunOptions, name: Json | undefined): boolean =>
  typeof name === 'string' && Object.hasOwn(triggers, name.replace(/^triggers\./, ''));

/** The preferred choice first, marked; a preferred value that is not among the choices becomes one. */
function arrange(
  choices: readonly Choice<Json>[],
  preferred: Json | undefined,
  mark: boolean,
): readonly Choice<Json>[] {
  const known = choices.find(({ value }) => String(value) === String(preferred));
  const first = preferred === undefined ? choices[0]! : (known ?? { value: preferred, label: String(preferred) });
  const others = choices.filter((choice) => choice !== first);
  return [mark ? { ...first, label: `${first.label} (Recommended)` } : first, ...others];
}
