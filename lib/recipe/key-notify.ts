// `notify:`: when and how somebody who looks away is told. One word or one command is only about questions.
import type { JsonSchema } from '../core/json.ts';
import { nameMistakes } from '../core/messages/name-mistakes.ts';
import type { Moment, Notify } from '../core/recipe.ts';
import { checkProgram, checkVector } from './check-texts.ts';
import { IN_NOTIFY } from './names.ts';
import type { Report } from './parse.ts';
import { DURATION_PATTERN } from './patterns.ts';
import { checkNoReferences } from './references.ts';
import { duration, list, object, text } from './schema-parts.ts';
import { at, itemsOf, type ScalarTree, type Tree } from './tree.ts';
import { limit, listed, shaped, texts, value, valueOr } from './values.ts';

const MOMENTS: readonly Moment[] = ['question', 'completed', 'failed', 'budget'];

export const notify: JsonSchema = {
  anyOf: [
    { enum: ['bell', 'off'] },
    { type: 'array', items: { type: 'string' }, minItems: 1 },
    object(
      {
        on: {
          anyOf: [{ enum: ['none', 'all', ...MOMENTS] }, { type: 'array', items: { enum: MOMENTS } }],
          description:
            'Of what: `question`: one waits for an answer; `completed`; `failed`: it ended without a complete ' +
            'result; `budget`: that is used up; `all` of them, or `none`.',
        },
        after: duration(
          'How long a question waits before it is told; 20 seconds where it is left out.',
          DURATION_PATTERN,
        ),
        commands: list(
          list(text('One argument; `${notice.title}` and `${notice.text}` are inserted.'), 'A command, as a list.', 1),
          'The first whose program is installed is started, for 10 seconds at most.',
        ),
        terminal: {
          enum: ['osc9', 'bell', 'none'],
          description:
            'What the terminal is sent where no command is installed, or it fails: a notice (OSC 9, where it is left ' +
            'out), or the bell.',
        },
      },
      [],
    ),
  ],
  command: true,
  description:
    'Who looks away is told when a run waits or is over. `bell`, or a command as a list, which gets the question as ' +
    '$MM_QUESTION: only that a question waits; `off`.',
};

/** As a list it is a command that is told by its environment. */
export function checkNotify(notify: Tree | undefined, report: Report): void {
  if (notify?.kind === 'map')
    for (const command of itemsOf(at(notify, 'commands'))) checkVector(command, IN_NOTIFY, report);
  for (const [i, item] of itemsOf(notify).entries()) {
    checkNoReferences(item as ScalarTree, nameMistakes.notInNotify(), report);
    if (i === 0 && item.kind === 'scalar') checkProgram(item, report);
  }
}

const AFTER_MS = 20_000;

const written = shaped<Notify>({
  on: (tree) => momentsOf([value(tree) ?? 'none'].flat() as readonly string[]),
  afterMs: ['after', (tree) => (tree === undefined ? AFTER_MS : (limit(tree) ?? 0))],
  commands: listed(texts),
  terminal: valueOr('osc9'),
});

export function notifyOf(tree: Tree | undefined): Notify {
  if (tree?.kind === 'map') return written(tree);
  const questions: Notify = { on: ['question'], afterMs: 0, commands: [], terminal: 'none' };
  if (tree?.kind === 'list') return { ...questions, commands: [texts(tree)] };
  return value(tree) === 'bell' ? { ...questions, terminal: 'bell' } : { ...questions, on: [] };
}

const momentsOf = (words: readonly string[]): readonly Moment[] =>
  words.includes('all') ? MOMENTS : MOMENTS.filter((moment) => words.includes(moment));
