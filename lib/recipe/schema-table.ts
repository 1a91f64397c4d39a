// The file with the gate table as JSON Schema: how quality gates are found, how runners and their output are read, what
// workspaces get of what git ignores.
import type { JsonSchema } from '../core/json.ts';
import { SIZE_PATTERN, VARIABLE_NAME_PATTERN } from './patterns.ts';
import {
  commandLine,
  duration,
  flag,
  header,
  line,
  list,
  matching,
  named,
  object,
  text,
  word,
} from './schema-parts.ts';

export const gate = object(
  {
    title: text('Its name for people.'),
    run: commandLine,
    timeout: duration('Its time limit.'),
    required: flag('false: a result may be complete without it.'),
    via: line('A command put in front of it, such as a sandbox.', 0),
    files: line('The command for some test files only, with `${files}` where they go.'),
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
    'How one runner is started for some test files only.',
  ),
  'How runners are started for some test files only.',
);

export const readers = named(
  object(
    {
      counts: words('Summaries: regular expressions whose named groups say what is counted.'),
      lines: words('Lines of single tests, files or suites: they count where nothing printed a summary.'),
      failing: words('Lines that name a failing test: the group `name`.'),
      apart: words('From such a line on, what is said belongs to no failing test named before.'),
      before: words('Such a line is said of the test that is named next.'),
      missing: words('Lines that say that what the gate starts is not there.'),
    },
    [],
    'What one runner prints: regular expressions, looked for line by line.',
  ),
  'What test runners, linters and compilers print; a later reader is asked before an earlier one.',
);

const gateRule = object(
  {
    title: text('What it is for.'),
    usual: flag(
      'It says what is usual for a language: its formatter and linter are not required where the build ' +
        'server runs gates of that language without them.',
    ),
    files: words('Files that must be there.'),
    contains: {
      type: 'object',
      additionalProperties: text('A regular expression.'),
      description: 'File → regular expression that its text must match.',
    },
    without: words('Files of which none may be there.'),
    lacks: {
      type: 'object',
      additionalProperties: text('A regular expression.'),
      description: 'File → regular expression that its text must not match.',
    },
    scripts: words('Scripts that package.json must have.'),
    gates: named(gate, 'The gates that hold then; `$1` is what the first ( ) of `contains` matched.'),
    commands: object(
      {
        file: { ...word, description: 'The file, or a pattern.' },
        format: {
          enum: ['package.json', 'composer.json', 'deno.json', 'make', 'just', 'taskfile', 'ci'],
          description: 'How it is written; `ci`: any file that says what a build server runs.',
        },
        run: line('What starts a command of it.', 0),
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

const expressionLists = (description: string): JsonSchema => named(words('Regular expressions.'), description);

const commandWords = object(
  {
    gates: named(
      object(
        {
          names: words('Names of commands that are this gate.'),
          maybe: words('Names of commands that are this gate if what they run belongs to it.'),
          does: words('How its tools are called.'),
          timeout: duration('Its time limit.'),
        },
        [],
      ),
      'Which gate a command is.',
    ),
    several: words('Names of commands that are several gates.'),
    never: expressionLists('Why → what is never part of a gate.'),
    builds: words('What makes what tests may need.'),
    reads_sources: words('Tests that need nothing that was built.'),
    ci_only: words('What is right on a build server only.'),
    languages: expressionLists('Language → how its tools are called. Each language of a repository gets its gates.'),
  },
  [],
  'What command lines do, as regular expressions: for commands that a project names itself.',
);

const tool = object(
  {
    program: { ...word, description: 'The executable that must be on PATH; the first word where it is left out.' },
    files: words("Files, one of which must be there, such as a server's socket; `~/` is the home folder."),
    env: list(matching(VARIABLE_NAME_PATTERN, 'A name.'), 'Variables, any of which says that it is elsewhere.'),
    install: text('How to get it: shown where it is missing, never run.'),
  },
  [],
);

const prepareRule = object(
  {
    title: text('What it is for.'),
    copy: list(word, 'Names of ignored files and folders, with `*`, wherever they lie.', 1),
    beside: words('Names, one of which must lie beside them or in a folder above.'),
    holds: words('Names, one of which the folder must hold.'),
    most: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: SIZE_PATTERN },
      ],
      description: 'What is larger is installed or left out, where the disk cannot share blocks; 0: never copied.',
    },
    repoint: words(
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
    files: words('Names of manifests or sources, with `*`.'),
    follow: words(
      'What follows them: a lock file in their folder or the nearest above, or, with a `*`, a file of the same name.',
    ),
    installs: words('Ignored folders that a tool fills from them: they go with a candidate that changed one of them.'),
  },
  ['files', 'follow'],
);

/** The keys of a file that `gate_table:` names. */
export const tableSchema: JsonSchema = object(
  {
    ...header,
    gate_rules: list(gateRule, 'The first row that offers a gate wins, gate by gate.'),
    commands: commandWords,
    test_files: words('Globs of test files.'),
    caches: words('Names of folders that hold nothing but caches: what lies in them changes no result.'),
    canary_keeps: list(
      word,
      'Globs of files that stay as they are where a gate is tried on spoilt sources: ' +
        'manifests, settings, data, documents.',
    ),
    together: list(togetherRule, 'Files that come from one hand, whatever the evidence.'),
    tools: named(tool, 'What commands begin with → how to see that they could run, and how to get them.', '^\\S.*$'),
    prepare_rules: list(
      prepareRule,
      'What workspaces get of what git ignores: installed packages, what was built. The first row that fits counts.',
    ),
    watching: words('Regular expressions for what tools print that wait for changes instead of ending.'),
    readers,
    run_files: runFiles,
  },
  ['recipe', 'name', 'gate_rules'],
);
