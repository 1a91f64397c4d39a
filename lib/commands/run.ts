// `mm <recipe> [task…]`: wires recipe, engine and view together for one run.
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Event } from '../core/event.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli.ts';
import type { Recipe } from '../core/recipe.ts';
import { shellWord } from '../core/shell-word.ts';
import type { Outcome } from '../engine/run-recipe.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { emptyRecord } from '../session/record.ts';
import { executors } from '../steps/index.ts';
import type { RunOptions } from '../steps/run.ts';
import { distrust, repositoryAround } from '../system/find-on-path.ts';
import { useLittleMemory } from '../system/memory.ts';
import { endAll, killEverythingNow } from '../system/process.ts';
import { createPrompter } from '../system/prompt.ts';
import { onInterrupt } from '../system/signals.ts';
import { createTail } from '../system/tail.ts';
import { muchKept } from '../view/housekeeping.ts';
import { createView, type View } from '../view/index.ts';
import { printJson } from '../view/print.ts';
import { createPuttingBack } from '../view/putting-back.ts';
import { announcing } from './announce.ts';
import type { CommandLine } from './arguments.ts';
import { type Here, here } from './here.ts';
import { leaveReport } from './leave-report.ts';
import { load } from './load.ts';
import { recoverSession } from './recover.ts';
import { reportNames } from './report-names.ts';
import { createReviewer } from './reviewer.ts';
import { makeSample } from './sample.ts';
import { lockWorkingTree, openCandidates, undoHandlers } from './session-parts.ts';
import { sizedSessions } from './session-sizes.ts';
import { taskSource } from './task-source.ts';
import { findUnfinished, findUnfinishedElsewhere } from './unfinished.ts';

export async function run(line: CommandLine): Promise<Result<number, Failure>> {
  useLittleMemory();
  const done = await begin(line);
  if (!done.ok && line.flags.has('json')) printJson(documentOf({ record: null, failure: done.failure }));
  return done;
}

async function begin(line: CommandLine): Promise<Result<number, Failure>> {
  const [name = '', ...words] = line.operands;
  const start = resolve(line.values.directory?.[0] ?? '.');
  if (!existsSync(start)) return fail(cliMessages.noSuchFolder({ dir: start, why: 'there is no such folder' }));
  const around = repositoryAround(start);
  if (around !== null) distrust(around);
  const options = readOptions(line);
  if (!options.ok) return options;
  const place = here(line); // git looks while the recipe is read
  const loaded = await load(name, line, [process.cwd(), ...(around === null ? [] : [around])]);
  const found = await place;
  if (!loaded.ok) return loaded;
  const recipe = loaded.value;
  if (recipe.sample === null && !options.value.dryRun) {
    const settled = await settleUnfinished(line, found);
    if (!settled.ok) return settled;
  }
  const task = await taskSource(words, line.values['task-file']?.[0]);
  if (!task.ok) return task;
  return ok(await runLoaded(line, recipe, { ...options.value, task: task.value, cwd: start }));
}

/** Before anything is done, what an earlier session left is put right, or the run is refused. */
async function settleUnfinished(line: CommandLine, place: Result<Here>): Promise<Result<undefined>> {
  if (!place.ok) return ok(undefined); // what is wrong with the place is told by the run itself
  const elsewhere = await findUnfinishedElsewhere(place.value);
  if (elsewhere !== null) return fail(cliMessages.unfinishedElsewhere({ ...elsewhere, root: place.value.root }));
  const unfinished = await findUnfinished(place.value);
  if (unfinished === null) return ok(undefined);
  const refusal = fail(cliMessages.unfinished({ session: unfinished.id, since: unfinished.record.created_at }));
  const view = await viewFor(line);
  const prompter = createPrompter({ input: process.stdin, screen: view.questions, print: (text) => view.say(text) });
  try {
    if (!prompter.available || line.flags.has('headless')) return refusal;
    const answer = await prompter.select({
      message: `Session ${unfinished.id} was cut off and has not been put right yet. What now?`,
      choices: [
        { value: 'recover', label: 'Put the repository back as it was before it', hint: 'then begin this run' },
        { value: 'stop', label: 'Stop', hint: `mm resume ${unfinished.id} goes on with it` },
      ],
      onEscape: 'stops',
    });
    if (!('answered' in answer) || answer.answered === 'stop') return refusal;
    const recovered = await recoverSession(place.value, unfinished);
    if (!recovered.ok) return recovered;
    for (const said of recovered.value?.said ?? []) view.say(said);
    const failure = recovered.value?.failures[0] ?? recovered.value?.told[0];
    return failure ? fail(failure) : ok(undefined);
  } finally {
    prompter.close();
    view.close();
  }
}

/** Runs a loaded recipe, on a sample of its own where it has one. */
export async function runLoaded(
  line: CommandLine,
  recipe: Recipe,
  options: RunOptions,
  resume?: string,
): Promise<number> {
  const view = await viewFor(line);
  const quiet = line.flags.has('quiet');
  if (!quiet) view.say(`mm ${recipe.name}: ${recipe.summary}`);
  const prompter = announcing(
    createPrompter({ input: process.stdin, screen: view.questions, print: (text) => view.say(text) }),
    recipe,
    view,
  );
  const headless = options.headless || !prompter.available;
  const interrupt = new AbortController();
  const puttingBack = createPuttingBack();
  let sessionDir: string | null = null;
  let repository: string | null = null;
  const release = onInterrupt(
    () => {
      view.interrupt(puttingBack.now(), recoverCommand(sessionDir, repository));
      interrupt.abort();
      prompter.close();
      void endAll();
    },
    () => {
      killEverythingNow();
      view.leaving(recoverCommand(sessionDir, repository));
      view.close();
      process.exit(130);
    },
  );
  try {
    const sampled = recipe.sample !== null && resume === undefined;
    const cwd = sampled ? await makeSample(recipe.sample!) : options.cwd;
    const outcome = await runRecipe({
      recipe,
      // there is nothing of anybody's in a sample that a yes could harm
      options: { ...options, cwd, headless, yes: options.yes || (sampled && headless) },
      env: process.env,
      prompter,
      review: createReviewer(view, prompter, () => sessionDir),
      signal: interrupt.signal,
      executors,
      undoHandlers,
      listener: (event: Event) => {
        if (event.type === 'session_start') [sessionDir, repository] = [event.session_dir, event.repository];
        puttingBack.apply(event);
        view.event(event);
      },
      names: reportNames,
      openStore: openCandidates,
      lock: lockWorkingTree,
      ...(resume === undefined ? {} : { resume }),
    });
    const exit = tellOutcome(view, line, options, outcome);
    release();
    if (outcome.record !== null) await leaveReport(view, outcome.record.session_dir, exit, quiet);
    if (outcome.record !== null && !quiet) await tellSizes(view, outcome.record.session_dir);
    return exit;
  } finally {
    release();
    prompter.close();
    view.close();
  }
}

/** Sessions are never deleted unasked: where they take much, that is said. */
async function tellSizes(view: View, sessionDir: string): Promise<void> {
  const said = muchKept(await sizedSessions([join(sessionDir, '../../..')]));
  if (said !== null) view.say(said);
}

function tellOutcome(
  view: View,
  line: CommandLine,
  options: RunOptions,
  { exit, failure, record, foreseen }: Outcome,
): number {
  if (options.dryRun && failure === null) {
    view.show(
      ['# What would happen', '', ...foreseen.map(({ depth, text }) => `${'  '.repeat(depth)}- ${text}`)].join('\n'),
    );
  }
  if (failure) view.failure(failure);
  if (line.flags.has('json'))
    view.document(`${JSON.stringify(documentOf({ record, failure, ...(options.dryRun && { foreseen }) }), null, 2)}\n`);
  return exit;
}

/** What `--json` prints: session.json, or, where no session was begun, the same without anything in it but why. */
function documentOf({ record, failure, foreseen }: Pick<Outcome, 'record' | 'failure'> & Partial<Outcome>): object {
  if (record) return record;
  const why = failure && { id: failure.id, what: failure.what, remedy: failure.remedy };
  const nothing = { ...emptyRecord, status: foreseen && !failure ? 'declined' : 'failed', failure: why };
  return { ...nothing, ...(foreseen && { dry_run: foreseen }) };
}

/** What takes back what a session did, as it is typed where the user is. */
function recoverCommand(sessionDir: string | null, repository: string | null): string {
  const elsewhere = repository !== null && repositoryAround(process.cwd()) !== repository;
  const mm = elsewhere ? `mm -C ${shellWord(repository)}` : 'mm';
  return sessionDir === null ? `${mm} recover` : `${mm} recover ${basename(sessionDir)}`;
}

export function viewFor(line: CommandLine): Promise<View> {
  return createView({
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    tail: createTail(),
    quiet: line.flags.has('quiet'),
    verbose: line.flags.has('verbose'),
    json: line.flags.has('json'),
    noColour: line.flags.has('no-color'),
  });
}

/** The options of a run, apart from the task. */
export function readOptions(line: CommandLine): Result<RunOptions> {
  const triggers: Record<string, string | number> = {};
  const passes = line.values.passes?.[0];
  if (passes !== undefined) {
    if (!/^[1-9]\d*$/.test(passes))
      return fail(cliMessages.badValue({ option: '--passes', value: passes, expected: 'a number from 1 on' }));
    triggers.passes = Number(passes);
  }
  const timeout = line.values.timeout?.[0];
  if (timeout !== undefined) {
    if (!/^(none|[1-9]\d*)$/.test(timeout))
      return fail(
        cliMessages.badValue({ option: '--timeout', value: timeout, expected: 'a number of seconds, or none,' }),
      );
    triggers.timeout = timeout;
  }
  const slots = (option: string) =>
    line.values[option]?.flatMap((value) =>
      value
        .split(',')
        .map((slot) => slot.trim())
        .filter(Boolean),
    );
  return ok({
    headless: line.flags.has('headless') || process.stdin.isTTY !== true,
    yes: line.flags.has('yes'),
    dryRun: line.flags.has('dry-run'),
    only: slots('only') ?? null,
    without: slots('without') ?? [],
    set: line.values.set ?? [],
    triggers,
    task: null,
    cwd: '.',
  });
}
