// The recipe language as JSON Schema: what is common to all recipes, and each executor's own part put in its place.
// One truth for checking (validators.ts), for editors (schema-file.ts) and for the reference.
import type { ExecutorSpec } from '../core/executor.ts';
import type { JsonSchema } from '../core/json.ts';
import {
  DURATION_PATTERN,
  FACTOR_PATTERN,
  ID_PATTERN,
  LEAST_DURATION,
  REFERENCE_PATTERN,
  SIZE_PATTERN,
  VARIABLE_NAME_PATTERN,
  VARIABLE_PATTERN,
  WORD_PATTERN,
} from './patterns.ts';
import { catalogueParts, permissions, slot } from './schema-backend.ts';
import { duration, flag, list, matching, named, object, type Properties, text, word } from './schema-parts.ts';

/** How often a step may be repeated. */
export const MOST_ROUNDS = 100;

/** What an earlier version read: taken, whatever it says, and not used. */
const withdrawn: JsonSchema = { deprecated: true, description: 'No longer does anything.' };

const commandLine: JsonSchema = {
  anyOf: [word, { type: 'array', items: { type: 'string' }, minItems: 1 }],
  command: true,
  description: 'A shell line, or a list: the command, an argument a piece.',
};

const gate = object(
  {
    title: text('Its name for people.'),
    run: commandLine,
    timeout: duration('Its time limit.'),
    required: flag('false: a result may be complete without it.'),
    via: list(text('One argument.'), 'A command put in front of it, such as a sandbox.'),
    files: list(text('One argument.'), 'The command for some test files only, with `${files}` where they go.', 1),
  },
  ['run'],
  'A command that passes or fails.',
);

const words = (description: string) => list(word, description);
const runFiles = named(
  object(
    {
      start: text('A regular expression: what the command begins with.'),
      script: flag('It starts the script of package.json that the group `script` of `start` names.'),
      files: text('A regular expression: which files are tests to this runner.'),
      values: words('Options that take the next word.'),
      flags: words('Options that take none.'),
      drop: words('Options that go, with the next word.'),
      first: words('What comes before the files.'),
      argument: words('What names a file: of `${file}`, `${folder}`, `${module}`, `${stem}`.'),
      strip: text('A regular expression: what is taken off a path.'),
      most: { type: 'integer', minimum: 1, description: 'How many it takes.' },
      before: words('What stands before files that follow a script.'),
      exec: words("What runs a script's command, where that names paths itself."),
    },
    ['start'],
    'How one runner is told.',
  ),
  'How runners are told to run some test files only.',
);

const patterns = (description: string) => list(word, description);
const readers = named(
  object(
    {
      counts: patterns('Summaries: regular expressions whose named groups say what is counted.'),
      lines: patterns('Lines of single tests, files or suites: they count where nothing printed a summary.'),
      failing: patterns('Lines that name a failing test: the group `name`.'),
      apart: patterns('From such a line on, what is said belongs to no failing test named before.'),
      before: patterns('Such a line is said of the test that is named next.'),
      missing: patterns('Lines that say that what the gate starts is not there.'),
    },
    [],
    'What one runner prints: regular expressions, looked for line by line.',
  ),
  'What test runners, linters and compilers print; a later reader is asked before an earlier one.',
);

const trigger = object(
  {
    match: text('A regular expression, looked for without regard to case.'),
    value: {
      type: ['string', 'number', 'boolean'],
      description: 'The value it sets; `$1` is what the first ( ) matched.',
    },
    max: { type: 'number', description: 'Larger values are lowered to this, with a note.' },
  },
  ['match', 'value'],
);

const classes = [
  'timeout',
  'rate-limit',
  'quota',
  'budget',
  'auth',
  'api',
  'crash',
  'empty',
  'stalled',
  'not-found',
  'interrupted',
  'ok',
];
const failure = object(
  {
    class: {
      enum: classes,
      description: 'What it is called; `ok`: it counts as a success; `budget`: what it made so far does.',
    },
    output: text('A regular expression looked for in both output streams.'),
    exit: {
      anyOf: [{ type: 'integer' }, { type: 'array', items: { type: 'integer' }, minItems: 1 }],
      description: 'The exit codes it is limited to.',
    },
    retry: object(
      {
        times: { type: 'integer', minimum: 0, maximum: 10, description: 'How often it is run again.' },
        after: duration('How long to wait before.'),
        timeout: matching(FACTOR_PATTERN, 'The factor of the time limit, such as `1.5x`.'),
      },
      ['times'],
      'Run it again.',
    ),
    next: { enum: ['backend'], description: "`backend`: go on with the slot's next backend." },
    ask: {
      ...word,
      text: true,
      description: 'A question put to the user when the retries are used up: once more, with a higher limit?',
    },
  },
  ['class'],
);

/** What every file of the language may begin with. */
export const header: Properties = {
  recipe: { type: ['integer', 'string', 'number'], description: 'The version of the language: 1.' },
  name: matching(ID_PATTERN, 'Its name: what sessions are filed under.'),
  summary: text('One sentence on what it does.'),
  set: {
    type: 'object',
    additionalProperties: {},
    description: 'Single values changed: dotted path → value; `*` stands for every entry.',
  },
  extends: {
    ...word,
    description: 'The recipe that this one changes: a file beside it, or the name of one that comes with the program.',
  },
};

const steps: JsonSchema = { type: 'array', items: { type: 'object' } };

/** A recipe's keys; its steps are checked one by one. */
export const recipeSchema: JsonSchema = object(
  {
    ...header,
    slots: named(slot, 'The models; add one by adding an entry.'),
    permissions,
    cli_table: {
      ...word,
      description:
        'The file with a catalogue of CLIs that goes before the one that comes with the program: beside this one.',
    },
    command_via: list(
      text('One argument.'),
      'A command put in front of gates, of what `prepare` runs and of `command` steps, such as a sandbox.',
    ),
    withhold: list(
      matching(VARIABLE_PATTERN, 'A name; `*` stands for any characters.'),
      'Environment variables that no command sees unless its backend passes them.',
    ),
    triggers: named(
      list(trigger, 'Later rows win over earlier ones.'),
      "Words on the task's first or last line that set a value.",
      WORD_PATTERN,
    ),
    timeout: object(
      {
        default: duration('The limit of one run of a model.', DURATION_PATTERN),
        silence: duration('How long a model may say nothing.', DURATION_PATTERN),
        grace: duration('Between asking processes to end and ending them.'),
        wrap: list(
          list(text('One argument.'), 'The command put in front; `${seconds}` is the limit.', 1),
          'Commands that limit time, the first that is installed.',
        ),
      },
      [],
      'Time limits.',
    ),
    failures: list(failure, 'What can go wrong with a model, and what then; the first match wins.'),
    gates: named(gate, 'Quality gates; none: they are found by the gate table.'),
    gate_table: {
      ...word,
      description: 'The file with the table that finds gates: beside this one, or one that comes with the program.',
    },
    readers,
    prepare: {
      anyOf: [
        { const: 'auto' },
        object(
          {
            copy: list(word, 'Patterns as in .gitignore; left out: the prepare rules of the gate table decide.'),
            link: list(word, 'The same, as links: quick, but what a lane does there it does to yours.'),
            include: flag('Also copy what `.worktreeinclude` names; on where it is left out.'),
            run: list(commandLine, 'Commands, run in the workspace.'),
          },
          [],
        ),
      ],
      description: 'What a bare `prepare` step brings into workspaces; `auto`: what the prepare rules find.',
    },
    options: {
      type: 'object',
      propertyNames: { pattern: WORD_PATTERN },
      // those that the program itself reads; all others are a recipe's own
      properties: {
        integrate: {
          enum: ['before', 'after'],
          description: 'When pieces are made to fit: `before` or `after` you are asked.',
        },
        cross_gates: flag('Whether each candidate is tested with the tests of all others.'),
        tell_apart: {
          enum: ['never', 'undecided'],
          description:
            'Whether one question is spent on tests that tell candidates apart: `undecided`, where what was measured leaves them equal.',
        },
        canary: flag(
          'Whether each gate is tried once on spoilt sources, to see whether it sees what a workspace holds.',
        ),
        lfs: flag('Whether what Git LFS keeps elsewhere is fetched into worktrees.'),
        early_workspaces: withdrawn,
        keep_workspaces: withdrawn,
      },
      additionalProperties: {},
      description: 'Named values that steps read as ${options.x}.',
    },
    phases: { ...steps, minItems: 1, description: 'What happens, from top to bottom.' },
    finally: { ...steps, description: 'What happens at the end, also after a failure.' },
    prompts: named(text('What a model is told; ${name} inserts a value.'), 'Texts for models.'),
    reports: named(text('Markdown; ${name} inserts a value.'), 'Texts for people.'),
    notify: {
      anyOf: [{ enum: ['bell', 'off'] }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
      command: true,
      description:
        'When a question waits: `bell`, or a command as a list, which gets the question as $MM_QUESTION; `off` where it is left out.',
    },
    verify: {
      enum: ['tree', 'proof'],
      description:
        'Where the accepted result is checked last: `tree`: the required gates run once more in your own tree, with your own environment (where it is left out); `proof`: what was proven before you were asked is enough.',
    },
    sample: { ...word, description: 'A folder beside the recipe that is made into a small repository, to work there.' },
  },
  ['recipe', 'name', 'slots', 'phases'],
);

const gateRule = object(
  {
    title: text('What it is for.'),
    usual: flag(
      'It says what is usual for a language: its formatter and linter are not required where the build server runs gates of that language without them.',
    ),
    files: list(word, 'Files that must be there.'),
    contains: {
      type: 'object',
      additionalProperties: text('A regular expression.'),
      description: 'File → regular expression that its text must match.',
    },
    without: list(word, 'Files of which none may be there.'),
    lacks: {
      type: 'object',
      additionalProperties: text('A regular expression.'),
      description: 'File → regular expression that its text must not match.',
    },
    scripts: list(word, 'Scripts that package.json must have.'),
    gates: named(gate, 'The gates that hold then; `$1` is what the first ( ) of `contains` matched.'),
    commands: object(
      {
        file: { ...word, description: 'The file, or a pattern.' },
        format: {
          enum: ['package.json', 'composer.json', 'deno.json', 'make', 'just', 'taskfile', 'ci'],
          description: 'How it is written; `ci`: any file that tells a build server what to run.',
        },
        run: list(text('One argument.'), 'What starts a command of it.'),
        tools: text('Put in front of tools that the project brings along, such as `node_modules/.bin/`.'),
        language: text('The language of what is started by no tool of another.'),
        limit_factor: { type: 'number', minimum: 0.1, description: 'How many times the usual limits they get.' },
      },
      ['file', 'format'],
      'A file in which the project names commands itself: what they do decides which gates they are.',
    ),
  },
  ['title'],
);

const expressions = (description: string): JsonSchema => list(word, description);
const expressionLists = (description: string): JsonSchema => named(expressions('Regular expressions.'), description);

const commandWords = object(
  {
    gates: named(
      object(
        {
          names: list(word, 'Names of commands that are this gate.'),
          maybe: list(word, 'Names of commands that are this gate if what they run belongs to it.'),
          does: expressions('How its tools are called.'),
          timeout: duration('Its time limit.'),
        },
        [],
      ),
      'Which gate a command is.',
    ),
    several: list(word, 'Names of commands that are several gates.'),
    never: expressionLists('Why → what is never part of a gate.'),
    builds: expressions('What makes what tests may need.'),
    reads_sources: expressions('Tests that need nothing that was built.'),
    ci_only: expressions('What is right on a build server only.'),
    languages: expressionLists('Language → how its tools are called. Each language of a repository gets its gates.'),
  },
  [],
  'What command lines do, as regular expressions: for commands that a project names itself.',
);

const tool = object(
  {
    program: { ...word, description: 'The executable that must be on PATH; the first word where it is left out.' },
    files: list(word, "Files, one of which must be there, such as a server's socket; `~/` is the home folder."),
    env: list(matching(VARIABLE_NAME_PATTERN, 'A name.'), 'Variables, any of which says that it is elsewhere.'),
    install: text('How to get it: shown where it is missing, never run.'),
  },
  [],
);

const prepareRule = object(
  {
    title: text('What it is for.'),
    copy: list(word, 'Names of ignored files and folders, with `*`, wherever they lie.', 1),
    beside: list(word, 'Names, one of which must lie beside them or in a folder above.'),
    holds: list(word, 'Names, one of which the folder must hold.'),
    most: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: SIZE_PATTERN },
      ],
      description: 'What is larger is installed or left out, where the disk cannot share blocks; 0: never copied.',
    },
    repoint: list(
      word,
      "Text files in them (`name` or `folder/name`) in which the path of your tree becomes the workspace's.",
    ),
    install: {
      type: 'object',
      additionalProperties: commandLine,
      description: 'Lock file or manifest → the command that installs what it names; the first that is there counts.',
    },
    manifests: {
      type: 'object',
      additionalProperties: text('A regular expression; "": all of it.'),
      description: 'Lock file or manifest → those parts of its text that say what is installed.',
    },
  },
  ['title', 'copy'],
);

const togetherRule = object(
  {
    files: list(word, 'Names of manifests or sources, with `*`.'),
    follow: list(
      word,
      'What follows them: a lock file in their folder or the nearest above, or, with a `*`, a file of the same name.',
    ),
    installs: list(
      word,
      'Ignored folders that a tool fills from them: they go with a candidate that changed one of them.',
    ),
  },
  ['files', 'follow'],
);

/** The keys of a file that `gate_table:` names. */
export const tableSchema: JsonSchema = object(
  {
    ...header,
    gate_rules: list(gateRule, 'The first row that offers a gate wins, gate by gate.'),
    commands: commandWords,
    test_files: list(word, 'Globs of test files.'),
    caches: list(word, 'Names of folders that hold nothing but caches: what lies in them changes no result.'),
    canary_keeps: list(
      word,
      'Globs of files that stay as they are where a gate is tried on spoilt sources: manifests, settings, data, documents.',
    ),
    together: list(togetherRule, 'Files that come from one hand, whatever the evidence.'),
    tools: named(tool, 'What commands begin with → how to see that they could run, and how to get them.', '^\\S.*$'),
    prepare_rules: list(
      prepareRule,
      'What workspaces get of what git ignores: installed packages, what was built. The first row that fits counts.',
    ),
    watching: list(word, 'Regular expressions for what tools print that wait for changes instead of ending.'),
    readers,
    run_files: runFiles,
  },
  ['recipe', 'name', 'gate_rules'],
);

/** The keys of a file that `cli_table:` names. */
export const catalogueSchema: JsonSchema = object({ ...header, ...catalogueParts }, ['recipe', 'name', 'clis']);

/** Sections whose named entries are inherited, replaced or removed (null) one by one. */
export const isSection = (key: string): boolean =>
  [
    ...['slots', 'gates', 'prompts', 'reports', 'triggers', 'options', 'timeout'],
    ...['readers', 'run_files', 'tools', 'clis'],
  ].includes(key);

/** Whether an option is one that an earlier version read. */
export const isWithdrawn = (option: string): boolean =>
  recipeSchema.properties?.options?.properties?.[option]?.deprecated === true;

const name: JsonSchema = { type: 'string', name: true };

/** What any step may carry. */
export const modifiers: Properties = {
  id: matching(ID_PATTERN, 'Its name: for MM_STEP, the journal and, on a repeated group, ${id.number}.'),
  for: { ...name, description: 'A list: once per item, called `slot` (or `item`).' },
  parallel: flag('Side by side: the steps of a group, or the items of `for`.'),
  when: { ...name, description: 'Only if this name has a value that is not false, 0 or empty.' },
  unless: { ...name, description: 'Only if it has none.' },
  save: matching(WORD_PATTERN, 'The name that later steps know its result by.'),
  repeat: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: MOST_ROUNDS },
      { type: 'string', pattern: REFERENCE_PATTERN },
    ],
    description: 'How often at most: a number, or one ${name}.',
  },
  until: { ...name, description: 'Repeating ends when this name holds.' },
  optional: flag('A failure is noted, and the walk goes on.'),
  timeout: {
    anyOf: [
      { type: 'number', minimum: LEAST_DURATION },
      { type: 'string', pattern: `${DURATION_PATTERN}|${REFERENCE_PATTERN}` },
    ],
    description: 'Its time limit: a duration, `none`, or one ${name}.',
  },
  retry: { type: 'integer', minimum: 0, maximum: 10, description: 'How often it is run again when it fails.' },
};

/** The modifiers of any step, checked apart from the rest of it, which keeps each executor's own part small. */
export const modifiersSchema: JsonSchema = { type: 'object', properties: modifiers };

/** Keys that are checked as modifiers. */
const checkedApart = (names: readonly string[]): Properties =>
  Object.fromEntries(names.map((name) => [name, { description: modifiers[name]!.description ?? '' }]));
const modifierNames = Object.keys(modifiers);
/** A group yields nothing to save. */
const groupNames = modifierNames.filter((name) => name !== 'save');

export const groupSchema: JsonSchema = object({ ...checkedApart(groupNames), steps }, ['steps']);
export const phaseSchema: JsonSchema = object({ ...checkedApart(groupNames), steps }, ['id', 'steps']);

/** One executor's step. */
export function stepSchema(executor: ExecutorSpec): JsonSchema {
  const { value, fields, required } = executor.schema;
  return object({ ...checkedApart(modifierNames), ...fields, [executor.name]: value }, [
    executor.name,
    ...(required ?? []),
  ]);
}

/** All schemas that recipes are checked against, by name. */
export function allSchemas(executors: readonly ExecutorSpec[]): Readonly<Record<string, JsonSchema>> {
  const steps = Object.fromEntries(executors.map((executor) => [`step ${executor.name}`, stepSchema(executor)]));
  return {
    recipe: recipeSchema,
    table: tableSchema,
    catalogue: catalogueSchema,
    modifiers: modifiersSchema,
    group: groupSchema,
    phase: phaseSchema,
    ...steps,
  };
}
