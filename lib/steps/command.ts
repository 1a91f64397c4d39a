// Executor `command`: any command of the recipe's own, in the repository's scratch clone or in the lane.
import { join } from 'node:path';
import { fail, ok } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Command } from '../core/shell-word.ts';
import { asText } from '../recipe/template.ts';
import { readText } from '../system/files.ts';
import { askingPlace } from './asking-place.ts';
import type { Executor } from './executor.ts';
import { commandText } from './find-gates.ts';
import { outcomeOf, startIn } from './start.ts';

const LONGEST = 1024 * 1024;

/** What a name stands for may be a number; an argument is text. */
const filled = (value: Json): Command =>
  Array.isArray(value) ? (value as readonly Json[]).map(asText) : asText(value);

export const command: Executor = {
  name: 'command',
  nature: 'action',
  summary: "Runs a command in the lane's workspace, or in the scratch clone; what it prints can be saved.",
  schema: {
    value: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string' }, minItems: 1 },
      ],
      command: true,
      description: 'A shell line, or an argument vector.',
    },
  },
  saves: 'text',
  needs: () => ['repository'],
  example: '- { command: [git, log, --oneline, "-5"], save: history }',
  label: ({ value }) => commandText(filled(value)),
  preview: async ({ value }) => ({ says: [`run ${commandText(filled(value))}`] }),
  async run(context) {
    const { run, pass, lane, id, value, limitMs: said, signal } = context;
    const words = filled(value);
    const limitMs = said === undefined ? run.recipe.timeout.defaultMs : said;
    const place = lane === null ? undefined : run.places.workspaces.get(lane);
    const name = lane === null ? id : `${id}.${lane}`;
    const output = run.freshFile(join(await run.session.passDir(pass), 'outputs'), name, 'txt');
    const path = place?.path ?? (await askingPlace(context));
    const exit = await startIn(context, words, { path, far: place?.far, output, limitMs });
    const ended = await outcomeOf(words, exit, output, limitMs);
    if (ended.ok) return ok((await readText(output, LONGEST)) ?? '');
    return signal.aborted ? fail(messages.interrupted()) : ended;
  },
};
