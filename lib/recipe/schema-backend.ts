// Slots and their backends as JSON Schema, and the catalogue of CLIs that a backend may be taken from.
import type { JsonSchema } from '../core/json.ts';
import { askHost, host } from './key-hosts.ts';
import { count } from './lane-counts.ts';
import { FILE_NAME_PATTERN, VARIABLE_NAME_PATTERN, VARIABLE_PATTERN } from './patterns.ts';
import {
  command,
  duration,
  flag,
  line,
  list,
  matching,
  named,
  object,
  type Properties,
  text,
  word,
} from './schema-parts.ts';

const condition: JsonSchema = {
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean', 'array'] },
  description: 'Dotted path → its value, or a list of those it may have; `*` stands for any characters.',
};
const conditions = (description: string): JsonSchema => ({
  anyOf: [condition, { type: 'array', items: condition, minItems: 1 }],
  description,
});
const onePlace: readonly JsonSchema[] = [
  word,
  object(
    {
      path: { ...word, description: 'Dotted path.' },
      where: { ...condition, description: 'Only in lines of which this holds: dotted path → value.' },
      sum: flag(
        'Numbers are added up over all lines, pieces of a text that follow each other put together; else the last ' +
          'one counts.',
      ),
    },
    ['path'],
  ),
];
const placeOr = (several: string, items: JsonSchema) => (what: string) => ({
  anyOf: [...onePlace, { type: 'array' as const, items, minItems: 1 }],
  description:
    `Dotted path of ${what}; or a mapping of \`path\`, \`where\` and \`sum\`; or ${several}: ` +
    'the first that a line has.',
});
const place = placeOr('a list of paths', word);
const places = placeOr('a list', { anyOf: onePlace });

export const permissions: JsonSchema = {
  enum: ['full', 'workspace'],
  description: 'What models may do: `full` (where it is left out) as `run` says, `workspace` as `workspace_only` says.',
};

const backendParts: Properties = {
  cli: {
    ...command,
    description: 'The command that must be installed for it to be used; without `run`, the name of a catalogue entry.',
  },
  vendor: {
    ...word,
    description: 'Whose service it uses, where that is not its `cli`: lanes of one vendor start `stagger` apart.',
  },
  run: line('The command, an argument a piece; no shell.'),
  read_only: {
    anyOf: [{ type: 'array', items: { type: 'string' }, minItems: 1 }, { const: false }],
    description: 'The command for steps that only ask; `run` where it is left out; `false`: it takes no such step.',
  },
  mend: line(
    'The command for steps that make the work of others fit (`model` with `in`), with fewer tools; `run` where it is ' +
      'left out, and where `permissions` says `workspace`.',
  ),
  reading: line('The command for steps that need no more than to read files; `read_only` where it is left out.'),
  judge: line(
    'The command for comparing, for which the prompt is all that is needed; `read_only` where it is left out.',
  ),
  answer_schema: line(
    'The arguments that hold its answer to a JSON Schema, `${schema.text}` or the file `${schema.file}` ' +
      '(`${schema.strict_file}`: with all its keys required): they go where its lines say `${answer_schema}`, for ' +
      'steps that want such an answer.',
  ),
  workspace_only: line(
    'The command in the place of `run` where `permissions` says `workspace`: it writes nowhere else.',
  ),
  resume: line(
    'The command that goes on with a session of its own, `${attempt.session}`, after a time limit say; none: ' +
      'it is given the whole prompt again.',
  ),
  workspace_resume: line('The command in the place of `resume` where `permissions` says `workspace`.'),
  cap: line(
    'Arguments at the end of its command where a budget in dollars is set: it stops by itself at ' +
      '`${attempt.budget_usd}`, its share of that.',
  ),
  permissions,
  stdin: text('What it reads on standard input: mostly "${prompt}".'),
  env: object(
    {
      pass: list(
        matching(VARIABLE_PATTERN, 'A name; `*` stands for any characters.'),
        'Withheld variables that it sees nevertheless.',
      ),
      set: {
        type: 'object',
        propertyNames: { pattern: VARIABLE_NAME_PATTERN },
        additionalProperties: text('Its value.'),
        description: 'Variables set for it; `${…}` is inserted.',
      },
    },
    [],
    'Its environment.',
  ),
  settings: named(
    text('The whole text.'),
    'Files that it reads its settings from, by name: written into the session before it starts; ' +
      '`${settings}` is their folder.',
    FILE_NAME_PATTERN,
  ),
  via: line('A command put in front of it, such as a sandbox.', 0),
  install: text('How to install it: shown where it is missing, never run.'),
  login: object(
    {
      env: list(matching(VARIABLE_NAME_PATTERN, 'A name.'), 'Environment variables, any of which logs it in.'),
      files: list(word, 'Files, any of which it keeps its login in; `~/` is the home folder.'),
      how: text('How to log in: shown where no login was found, never run.'),
    },
    [],
    'Where its login can be seen without asking its vendor: for `mm check`.',
  ),
  output: object(
    {
      format: {
        enum: ['text', 'json', 'jsonl'],
        description: 'How its standard output is written. Lines that are no JSON are passed over.',
      },
      answer: places('the answer'),
      error: places('the words in which it says that it failed, whatever its exit code'),
      input_tokens: place('the tokens read'),
      output_tokens: place('the tokens written'),
      cached_tokens: place('those of the tokens read that came from a cache'),
      cost_usd: place('the cost in dollars'),
      session: place('the id of its session'),
      usage: {
        enum: ['run', 'thread', 'thread-cost'],
        description:
          '`thread`: tokens and cost that it reports include the earlier runs of its session; `thread-cost`: the ' +
          'cost does.',
      },
      failed: conditions('What a line with the answer says where that is an error; usually `is_error: true`.'),
      done: {
        anyOf: [
          object(
            {
              where: conditions('What its final line says; usually `type: result`.'),
              grace: duration('How long it may stay after that.'),
            },
            [],
          ),
          { const: false },
        ],
        description: 'When it has finished, though its process stays or fails then; `false`: when it ends.',
      },
    },
    [],
    'How to read its standard output.',
  ),
  allows: text('What `run` may do, in a sentence that ends "it may …".'),
  measured: text('The version of the CLI that its lines were tried with; none: they are from its documentation.'),
  unlisted: list(word, 'Options in its lines that its help does not list, though they work.'),
};

const backend = object(backendParts, ['cli', 'run'], 'One way to run the model of a slot.');

const from = object(
  {
    ref: {
      ...word,
      description: "A branch, tag or commit of the repository: what it changes since it left the run's base.",
    },
    pull_request: { type: ['integer', 'string'], description: 'The number of one, fetched as `pull_requests` says.' },
    patch: { ...word, description: 'A file that git can apply; from the folder of the recipe.' },
    folder: {
      ...word,
      description: 'Another checkout, with what is not committed there; from the folder of the recipe.',
    },
    command: {
      ...line('A command that prints a patch; it runs in the repository.'),
      command: true,
    },
  },
  [],
  'Where its candidate comes from, in the place of `backends`: one of these keys. It is fetched by a `fetch` step, ' +
    'and taken by `take`.',
);

const slotParts: Properties = {
  from,
  title: text('Its name for people.'),
  primary: flag('The slot that compares and integrates; exactly one says true.'),
  workspace: {
    enum: ['main', 'worktree', 'clone'],
    description: 'Where it works: your own tree, a linked worktree, or a clone without a remote.',
  },
  host,
  ask_host: askHost,
  timeout: duration("Its own time limit; the recipe's default where it is left out."),
  permissions,
  count,
};

/** A slot, once its entries of the catalogue are filled in. */
export const slot = object(
  {
    ...slotParts,
    backends: list(
      backend,
      "The ways to run it: the first that is installed is used, the next one when that can't log in. " +
        "`cli: <entry>` of the catalogue, beside the slot's other keys, stands for the only one.",
      1,
    ),
  },
  ['backends'],
  'One of the models that take part.',
);

/** Keys that need not be there where another is that stands in their place. */
export const IN_THE_PLACE_OF: Readonly<Record<string, string>> = { backends: 'from' };

const { cli: _, run, permissions: __, ...entryParts } = backendParts;
const argumentsPart = line("What goes where the entry's lines say `${arguments}`.", 0);

/** A slot as it is written: with backends, or as one entry of the catalogue. */
export const writtenSlot: JsonSchema = {
  ...object(
    {
      ...slotParts,
      backends: list(object({ ...backendParts, arguments: argumentsPart }, ['cli'], backend.description), '', 1),
      ...Object.fromEntries(Object.entries(backendParts).filter(([key]) => !Object.hasOwn(slotParts, key))),
      arguments: argumentsPart,
    },
    [],
    slot.description,
  ),
  anyOf: [{ required: ['backends'] }, { required: ['cli'] }, { required: ['from'] }],
};

/** Keys that a slot may have in the place of `backends`: those of its only one. */
export const BACKEND_KEYS: readonly string[] = [...Object.keys(backendParts), 'arguments'].filter(
  (key) => !Object.hasOwn(slotParts, key),
);

/** The keys of the catalogue, beside those that every file may begin with. */
export const catalogueParts: Properties = {
  clis: named(
    object(
      {
        title: text('Its name for people.'),
        cli: {
          ...command,
          description: 'The command that must be installed; the name of the entry where it is left out.',
        },
        run: {
          ...run!,
          description: 'The command. `${arguments}` as an item: where those of a recipe go, in any line.',
        },
        ...entryParts,
      },
      ['run'],
      'How one CLI is run.',
    ),
    'The CLIs that `cli:` of a slot or backend can name.',
  ),
};
