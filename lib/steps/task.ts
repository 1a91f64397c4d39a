// Executor `task`: where the task comes from, and the trigger words on its first and last line.
import { type Failure, fail, ok } from '../core/failure.ts';
import { originMessages as say } from '../core/messages/origin-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import { originText } from '../core/origin.ts';
import { readTriggers } from '../recipe/triggers.ts';
import { textOfPullRequests } from './ask-forge.ts';
import type { Executor } from './executor.ts';
import type { Run } from './run-context.ts';

/** The most that any of the measured CLIs takes on standard input is 1,048,576 characters. */
const LONGEST_TASK = 1_000_000;

export const task: Executor = {
  name: 'task',
  nature: 'again',
  summary:
    'Takes the task from the command line or from the pull requests that slots are made from, or asks for it, and ' +
    'reads its trigger words.',
  schema: {
    value: {
      type: 'string',
      text: true,
      description: 'The question, where no task was given and there is a terminal.',
    },
  },
  example: '- task: What should be implemented?',
  async run(context) {
    const { run, value } = context;
    let written = run.options.task;
    let isTheirs = run.options.taskRead ?? false;
    if (written === null) {
      const taken = await textOfPullRequests(context);
      if (!taken.ok) return taken;
      written = taken.value;
      isTheirs = written !== null;
    }
    if (written === null) {
      if (run.options.headless) return fail(noTask(run));
      const answer = await run.prompter.text({ message: String(value) });
      if ('cancelled' in answer) return fail(messages.interrupted());
      written = answer.answered;
    }
    const bytes = Buffer.byteLength(written);
    if (bytes > LONGEST_TASK) return fail(messages.taskTooLong({ bytes, limit: LONGEST_TASK }));
    if (written.trim() === '') return fail(messages.emptyTask({ why: '' }));
    const found = readTriggers(written, isTheirs ? {} : run.recipe.triggers);
    if (found.task.trim() === '') return fail(messages.emptyTask({ why: 'it has trigger words only' }));
    for (const note of found.notes) run.note(note);
    const values: Record<string, string | number> = { ...found.values };
    for (const [name, value] of Object.entries(run.options.triggers)) values[name] = capped(run, name, value);
    for (const { name, word, line, value: meant } of found.elsewhere) {
      if (name in values) continue;
      if (run.options.headless) {
        run.note(
          `"${word}" on line ${line} of the task was left alone: trigger words count on the first and last line only.`,
        );
        continue;
      }
      const answer = await run.prompter.confirm({
        message: `Line ${line} of the task says "${word}". Did you mean it as a setting (${name}: ${meant})?`,
        initial: false,
      });
      if ('cancelled' in answer) return fail(messages.interrupted());
      if (answer.answered) values[name] = meant;
    }
    run.task = found.task;
    run.provide('task', found.task);
    run.provide('triggers', values);
    return ok(undefined);
  },
};

/** Where only what others have made takes part, nobody but the user can say what it is about. */
function noTask(run: Run): Failure {
  const slots = Object.values(run.recipe.slots);
  const origins = slots.flatMap(({ from }) => (from === null ? [] : [originText(from)]));
  return origins.length === 0 || origins.length < slots.length ? messages.noTask() : say.noTaskIn({ origins });
}

/** A value of the command line, at most what the recipe's triggers allow it to be. */
function capped(run: Run, name: string, value: string | number): string | number {
  const most = Math.max(...(run.recipe.triggers[name] ?? []).map(({ max }) => max ?? 0));
  if (typeof value !== 'number' || most <= 0 || value <= most) return value;
  run.note(`--${name} ${value} is more than ${name} can be; ${most} is taken.`);
  return most;
}
