// The recipe language as JSON Schema: what is common to all recipes, and each executor's own part put in its place.
// One truth for checking (validators.ts), for editors (schema-file.ts) and for the reference.
import type { ExecutorSpec } from '../core/executor-spec.ts';
import type { JsonSchema } from '../core/json.ts';
import { budgetParts } from './key-budget.ts';
import { gateHost, gateHosts, hosts } from './key-hosts.ts';
import { notify } from './key-notify.ts';
import { pullRequests } from './key-pull-requests.ts';
import { enough } from './lane-counts.ts';
import { DURATION_PATTERN, FACTOR_PATTERN, VARIABLE_PATTERN, WORD_PATTERN } from './patterns.ts';
import { catalogueParts, permissions, slot } from './schema-backend.ts';
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
  steps,
  text,
  word,
} from './schema-parts.ts';
import { groupSchema, modifiersSchema, phaseSchema, stepSchema } from './schema-steps.ts';
import { gate, readers, tableSchema } from './schema-table.ts';

/** What an earlier version read: taken, whatever it says, and not used. */
const withdrawn: JsonSchema = { deprecated: true, description: 'No longer does anything.' };

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

const classes =
  'timeout rate-limit quota budget auth api crash empty no-session stalled lost not-found interrupted ok'.split(' ');
const failure = object(
  {
    class: {
      enum: classes,
      description:
        'What it is called; `ok`: it counts as a success; `budget`: what it made so far does; ' +
        '`no-session`: the session that it was to go on with is gone, so it begins anew with the whole prompt.',
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
        resume: {
          ...word,
          text: true,
          description:
            'What it is told where its CLI can go on with its session, on what it has made so far; ' +
            'else, or where this is left out, it begins anew.',
        },
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

/** A recipe's keys; its steps are checked one by one. */
export const recipeSchema: JsonSchema = object(
  {
    ...header,
    slots: named(slot, 'The models; add one by adding an entry.'),
    hosts,
    permissions,
    cli_table: {
      ...word,
      description:
        'The file with a catalogue of CLIs that goes before the one that comes with the program: beside this one.',
    },
    command_via: line(
      'A command put in front of gates, of what `prepare` runs and of `command` steps, such as a sandbox.',
      0,
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
          line('The command put in front; `${seconds}` is the limit.'),
          'Commands that limit time, the first that is installed.',
        ),
      },
      [],
      'Time limits.',
    ),
    stagger: duration(
      'How far apart lanes start whose backends are of one vendor, for caches and logins that they share; 3s where ' +
        'it is left out, or `none`.',
      DURATION_PATTERN,
    ),
    pull_requests: pullRequests,
    failures: list(failure, 'What can go wrong with a model, and what then; the first match wins.'),
    gates: named(
      { ...gate, properties: { ...gate.properties, host: gateHost } },
      'Quality gates; none: they are found by the gate table.',
    ),
    gate_host: gateHosts,
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
    repair: object(
      {
        rounds: {
          type: 'integer',
          minimum: 0,
          maximum: 3,
          description: 'How often at most; 0: not at all. Known to steps as `recipe.repair`.',
        },
      },
      ['rounds'],
      'Whether what fails on a candidate by its own doing goes back to its model, in its own session.',
    ),
    enough,
    ...budgetParts,
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
            'Whether one question is spent on tests that tell candidates apart: ' +
            '`undecided`, where what was measured leaves them equal.',
        },
        judge_tokens: {
          type: 'integer',
          minimum: 500,
          description: 'How much of what the candidates wrote goes into one prompt for a judge, in tokens.',
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
    prompts: named(text('What a model is asked; ${name} inserts a value.'), 'Texts for models.'),
    reports: named(text('Markdown; ${name} inserts a value.'), 'Texts for people.'),
    notify,
    verify: {
      enum: ['tree', 'proof'],
      description:
        'Where the accepted result is checked last: `tree`: ' +
        'the required gates run once more in your own tree, ' +
        'with your own environment (where it is left out); `proof`: ' +
        'what was proven before you were asked is enough.',
    },
    mcp: object(
      {
        accept: {
          enum: ['ask', 'never', 'allowed'],
          description:
            'Whether an agent that calls `mm mcp` may accept a plan: `ask`, once you have said yes in the host ' +
            'that it works in (where it is left out); `never`; `allowed`, unasked.',
        },
      },
      [],
      'What agents may do by way of `mm mcp`.',
    ),
    sample: { ...word, description: 'A folder beside the recipe that is made into a small repository, to work there.' },
  },
  ['recipe', 'name', 'slots', 'phases'],
);

/** The keys of a file that `cli_table:` names. */
export const catalogueSchema: JsonSchema = object({ ...header, ...catalogueParts }, ['recipe', 'name', 'clis']);

/** Sections whose named entries are inherited, replaced or removed (null) one by one. */
export const isSection = (key: string): boolean =>
  [
    ...['slots', 'hosts', 'gates', 'prompts', 'reports', 'triggers', 'options', 'timeout', 'notify'],
    ...['readers', 'run_files', 'tools', 'clis', 'budget', 'prices'],
  ].includes(key);

/** Whether an option is one that an earlier version read. */
export const isWithdrawn = (option: string): boolean =>
  recipeSchema.properties?.options?.properties?.[option]?.deprecated === true;

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
