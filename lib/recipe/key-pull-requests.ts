// `pull_requests:`: how pull requests are fetched that a slot is made `from`, and made for `--pr`.
import type { NewPullRequest } from '../core/delivery.ts';
import type { JsonSchema } from '../core/json.ts';
import type { Recipe } from '../core/recipe.ts';
import { checkCommand, checkRegex } from './check-texts.ts';
import { NEW_PULL_REQUEST, PULL_REQUEST, type Scope } from './names.ts';
import type { Report } from './parse.ts';
import { line, list, object, text, word } from './schema-parts.ts';
import { at, itemsOf, type MapTree } from './tree.ts';
import { listed, orNull, shaped, textOr, texts } from './values.ts';

export const pullRequests: JsonSchema = list(
  object(
    {
      state: line('A command that prints the state of the pull request `${number}`.'),
      open: text('A regular expression: what `state` prints of one that is open; `^open` where it is left out.'),
      diff: line('A command that prints its diff.'),
      text: line(
        'A command that prints what it is about: the task, where none is given. It runs before anything else, and ' +
          'knows `${number}` only.',
      ),
      authors: line(
        'A command that prints its author on the first line, then texts whose trailers (`Co-authored-by`, ' +
          '`Generated-by`) tell who and what else wrote it. For the report: judges never see it.',
      ),
      pass: list(word, 'Variables that these commands see though others do not: the login of the forge.'),
      create: object(
        {
          run: list(
            text('One argument; `${base}`, `${title}`, `${body}`, `${body_file}` and `${remote}` are inserted, too.'),
            'A command that makes one of `${branch}`, and prints its address.',
            1,
          ),
          made: line('A command that prints the address of the one of `${branch}`, if there is one.'),
        },
        ['run', 'made'],
        'How one is made, for `--pr`.',
      ),
    },
    ['diff'],
  ),
  'How pull requests are fetched that a slot is made `from`, and made: the first whose programs are installed counts.',
);

/** The commands that fetch pull requests, and make them. */
export function checkPullRequests(recipe: MapTree, inCommands: Scope, report: Report): void {
  for (const way of itemsOf(at(recipe, 'pull_requests'))) {
    checkRegex(at(way, 'open'), 'i', report);
    for (const [key, scope] of [
      ['state', inCommands],
      ['diff', inCommands],
      ['authors', inCommands],
      ['text', {}], // it runs before anything else is known
    ] as const)
      checkCommand(at(way, key), { ...scope, ...PULL_REQUEST }, report);
    for (const key of ['run', 'made']) checkCommand(at(way, 'create', key), NEW_PULL_REQUEST, report);
  }
}

export const pullRequestsOf = listed(
  shaped<Recipe['pullRequests'][number]>({
    state: orNull(texts),
    open: textOr('^open'),
    diff: texts,
    text: orNull(texts),
    authors: orNull(texts),
    pass: texts,
    create: orNull(shaped<NewPullRequest>({ run: texts, made: texts })),
  }),
);
