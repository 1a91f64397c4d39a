// The tool `run`: begins a run in the background, and says which session it is as soon as there is one.
import { existsSync, realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fail, ok, type Result } from '../../core/failure.ts';
import { mcpMessages } from '../../core/messages/mcp-messages.ts';
import { stateRoot } from '../../session/home.ts';
import { repositoryAround } from '../../system/find-on-path.ts';
import { load } from '../named-recipe.ts';
import { findRecipe, SHIPPED, shippedWorkflows } from '../recipe-files.ts';
import { endedWithin, recordIn, sessionOf, startOwn } from './background.ts';
import type { Answer, Arguments, Desk, Tool } from './tool.ts';

/** A run that fetches pull requests first takes a while; a client waits for a minute. */
const BEGUN_MS = 45_000;

/** Values that are no command, and give no model more rights: whoever calls a tool may be following somebody's text. */
const SETTABLE =
  '^(options\\.[a-z_]+|timeout\\.(default|silence)|stagger|repair\\.rounds|enough\\.(passing|grace)|' +
  'slots\\.([a-z0-9-]+|\\*)\\.(timeout|count))$';

const slots = (description: string) =>
  ({ type: 'array', items: { type: 'string', pattern: '^[a-z0-9][a-z0-9.-]*$' }, description }) as const;

export const run: Tool = {
  name: 'run',
  title: 'Begin a run',
  description:
    'Begins a run of mm in this repository: several AI coding CLIs do one task, each in a workspace of its own, the ' +
    "project's quality gates check each one's work, and the best parts are put together and proven. " +
    'Returns at once with a session id, while the run goes on by itself, mostly for minutes, also after this client ' +
    'has left; `status` says how far it is. Nothing is applied: the run ends with a plan that waits for `accept` ' +
    'or `decline`. Each model is paid for by the user: ask them first about the task, who takes part, and a ' +
    'budget. While it works, leave the working tree alone.',
  input: {
    task: { type: 'string', minLength: 1, maxLength: 500_000, description: "The task, in the user's words." },
    recipe: {
      type: 'string',
      pattern: '^[^-]',
      maxLength: 500,
      description:
        `What happens: a recipe that comes with mm (${shippedWorkflows()
          .filter((name) => name !== 'demo')
          .join(', ')}), or ` +
        "a file in the repository. `execute`, where it is left out, works in the user's own tree too; " +
        '`isolated` leaves that alone until the plan is accepted; `plan`, `review` and `ask` change nothing.',
    },
    passes: { type: 'integer', minimum: 1, maximum: 5, description: 'How often all models do it; 1 where left out.' },
    timeout: {
      anyOf: [{ type: 'integer', minimum: 1 }, { enum: ['none'] }],
      description: 'How long each model may take, in seconds.',
    },
    budget: {
      type: 'string',
      pattern: '^[0-9][0-9a-z.,]{0,40}$',
      description: 'What it may spend: dollars (`5usd`), time (`40m`), or both (`5usd,40m`).',
    },
    only: slots('Only these slots of the recipe take part.'),
    without: slots('These slots take no part.'),
    from: {
      type: 'array',
      items: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*=(branch:[^-\\s]\\S*|pr:[1-9]\\d*)$' },
      description: 'Changes that are there already, to be combined: `a=branch:feature-a`, `b=pr:12`.',
    },
    set: {
      type: 'object',
      propertyNames: { pattern: SETTABLE },
      additionalProperties: { type: ['string', 'number', 'boolean'] },
      description:
        'Values of the recipe, by path, e.g. {"timeout.default": "30m", "options.grain": "hunk"}. Of `options`, ' +
        '`timeout`, `stagger`, `repair`, `enough`, and of a slot `timeout` and `count`; all else is for the recipe ' +
        'to say.',
    },
  },
  required: ['task'],
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  async call(args, desk) {
    const recipe = await recipeOf(args, desk);
    if (!recipe.ok) return recipe;
    const child = await startOwn([...optionsOf(args), '--', recipe.value, '-'], desk.cwd, args.task);
    const begun = await sessionOf(child, stateRoot(process.env), BEGUN_MS, desk.signal);
    if (begun) return ok(begunAs(begun.id, begun.dir, child.pid));
    const ended = await endedWithin(child, 0, desk.signal);
    if (!ended) return ok(notYet(child.pid));
    const record = recordIn(ended);
    return record.ok ? ok(begunAs(record.value.session_id, record.value.session_dir, child.pid)) : record;
  },
};

function begunAs(session_id: string, session_dir: string, pid: number): Answer {
  const next =
    'It goes on by itself. `status` says how far it is; when it has ended, `plan` shows what it would apply, which ' +
    'waits for `accept` or `decline`.';
  return { text: `Session ${session_id} has begun. ${next}`, data: { session_id, session_dir, pid, next } };
}

function notYet(pid: number): Answer {
  const next =
    'It may be fetching something. `status` shows it as soon as it has a session; where none appears, it was ' +
    'refused, and the user can see why by running it in a terminal.';
  return {
    text: `Process ${pid} has not begun a session yet. ${next}`,
    data: { session_id: null, session_dir: null, pid, next },
  };
}

/** The file of the recipe, once all that can be wrong with it has been looked at. */
async function recipeOf({ recipe: name = 'execute', set }: Arguments, { cwd }: Desk): Promise<Result<string>> {
  const top = repositoryAround(cwd) ?? cwd;
  const found = findRecipe(name, [resolve(cwd), top]);
  if (!found.ok) return found;
  const file = realpathSync(found.value);
  if (![SHIPPED, top].some((folder) => existsSync(folder) && isWithin(realpathSync(folder), file)))
    return fail(mcpMessages.recipeOutside({ recipe: name, top }));
  const loaded = await load(
    file,
    { command: 'run', operands: [], flags: new Set(), values: { set: settings(set) } },
    [],
  );
  if (!loaded.ok) return loaded;
  return loaded.value.sample === null ? ok(file) : fail(mcpMessages.sampleRecipe({ recipe: name }));
}

const isWithin = (folder: string, file: string): boolean => !/^(\.\.(\/|$)|\/)/.test(relative(folder, file));

const settings = (set: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  Object.entries(set).map(([path, value]) => `${path}=${value}`);

function optionsOf({ passes, timeout, budget, only, without, from = [], set }: Arguments): readonly string[] {
  const single = Object.entries({ passes, timeout, budget, only, without }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${[value].flat().join(',')}`],
  );
  const several = [...settings(set).map((each) => `--set=${each}`), ...from.map((each: string) => `--from=${each}`)];
  return ['--headless', '--json', ...single, ...several];
}
