// Executor `write`: a template of the recipe, filled in, into a file of the session; shown where that is asked for.
import { join } from 'node:path';
import { fail, ok } from '../core/failure.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import { messages } from '../core/messages/run-messages.ts';
import { render } from '../recipe/template.ts';
import { isOwnName } from '../session/home.ts';
import { writeAtomic } from '../system/files.ts';
import type { Executor, StepContext } from './executor.ts';

const filled = ({ run, fields, lookup }: StepContext): string => {
  const name = String(fields.template);
  const prompt = run.recipe.prompts[name];
  if (prompt !== undefined) return render(prompt, lookup);
  const shown = (path: string) => (path === 'task' ? shortened(String(lookup(path))) : lookup(path));
  // where a table had nothing to say, its place in a report closes up; a prompt holds the user's words as they are
  return render(run.recipe.reports[name]!, shown).replace(/\n{3,}/g, '\n\n');
};

const MOST = { lines: 12, characters: 1200 };

/** A task as reports repeat it: people know what they asked for, and the prompt has all of it. */
function shortened(task: string): string {
  const lines = task.split('\n');
  const begin = lines.slice(0, MOST.lines).join('\n');
  const kept = begin.length > MOST.characters ? `${begin.slice(0, MOST.characters)}…` : begin;
  if (kept.length >= task.length) return task;
  const [rows, characters] = [lines.length.toLocaleString('en'), task.length.toLocaleString('en')];
  return `${kept}\n\n(${rows} lines, ${characters} characters; all of it is in prompt.md)`;
}

export const write: Executor = {
  name: 'write',
  nature: 'action',
  summary: "Fills in a prompt or report of the recipe and writes it into the session's folder.",
  schema: {
    value: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$', description: 'The name of the file.' },
    fields: {
      template: { type: 'string', description: 'A name under `prompts` or `reports`.' },
      in: { enum: ['pass', 'session'], description: "The pass's folder (the default) or the session's." },
      show: {
        enum: [true, false, 'final'],
        description: 'Show it to the user too; `final`: as the outcome, on standard output.',
      },
    },
    required: ['template'],
  },
  templates: { template: 'any' },
  needs: () => ['repository'],
  makes: (said) => (said('in') === 'session' ? undefined : said('value')),
  refuses: (said) => (isOwnName(said('value') ?? '') ? mistakes.ownFile(said('value')!) : null),
  example: '- { write: summary.md, in: session, template: summary, show: true }',
  preview: async (context) => {
    context.run.previewed.set(String(context.value), filled(context));
    return { says: [`write ${context.value} from the template '${context.fields.template}'`] };
  },
  async run(context) {
    const { run, value, fields, pass } = context;
    const dir = fields.in === 'session' ? run.session.dir : await run.session.passDir(pass);
    const text = filled(context);
    if (isOwnName(String(value))) return fail(messages.ownFile({ file: String(value) }));
    const file = join(dir, String(value));
    await writeAtomic(file, text);
    run.emit({ type: 'artifact', file });
    if (fields.show) run.emit({ type: 'show', title: String(value), text, final: fields.show === 'final' });
    return ok(undefined);
  },
};
