// `mm <recipe> [task…]`: what has to be settled before a run, then the run.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { deliverMessages } from '../core/messages/deliver-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { delivers } from '../steps/deliver.ts';
import type { RunOptions } from '../steps/invocation.ts';
import { useLittleMemory } from '../system/memory.ts';
import { printAside, printJson } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { calledIn, type Here, here } from './here.ts';
import { load } from './named-recipe.ts';
import { withOrigins } from './origins.ts';
import { findUnfinished, findUnfinishedElsewhere } from './past-session.ts';
import { recoverSession } from './recover.ts';
import { resume } from './resume.ts';
import { documentOf, runLoaded } from './run-loaded.ts';
import { readOptions } from './run-options.ts';
import { prompterFor, viewFor } from './view-for.ts';
import { waitForTree } from './wait-for-tree.ts';

export async function run(line: CommandLine): Promise<Result<number, Failure>> {
  useLittleMemory();
  const done = await begin(line);
  if (!done.ok && line.flags.has('json')) printJson(documentOf({ record: null, failure: done.failure }));
  return done;
}

async function begin(typed: CommandLine): Promise<Result<number, Failure>> {
  const named = withOrigins(typed);
  if (!named.ok) return named;
  const line = named.value;
  const [name = '', ...words] = line.operands;
  const { start, around } = calledIn(line);
  if (!existsSync(start)) return fail(cliMessages.noSuchFolder({ dir: start, why: 'there is no such folder' }));
  const options = readOptions(line);
  if (!options.ok) return options;
  const place = here(line); // git looks while the recipe is read
  const loaded = await load(name, line, [process.cwd(), ...(around === null ? [] : [around])]);
  const located = await place;
  if (!loaded.ok) return loaded;
  const recipe = loaded.value;
  if (options.value.delivery && !delivers(recipe)) return fail(deliverMessages.noDelivery({ recipe: recipe.name }));
  const waits = located.ok && line.flags.has('wait') && !options.value.dryRun && recipe.sample === null;
  const leave = waits ? await waitForTree(located.value, recipe.name, printAside) : () => Promise.resolve();
  try {
    // whoever was in front may have changed what was found
    return await beginIn(line, waits ? await here(line) : located, recipe, { ...options.value, cwd: start }, words);
  } finally {
    await leave();
  }
}

async function beginIn(
  line: CommandLine,
  found: Result<Here>,
  recipe: Recipe,
  options: RunOptions,
  words: readonly string[],
): Promise<Result<number, Failure>> {
  if (recipe.sample === null && !options.dryRun) {
    const settled = await settleUnfinished(line, found);
    if (!settled.ok) return settled;
    if (settled.value !== null) return resume({ ...line, operands: [settled.value] });
  }
  const task = await taskSource(words, line.values['task-file']?.[0]);
  if (!task.ok) return task;
  const located = found.ok && !found.value.repository.plain ? { located: found.value.repository } : {};
  const how = { ...options, task: task.value, ...located };
  return ok(await runLoaded(line, recipe, how, found.ok ? found.value.folder : null));
}

/**
 * Before anything is done, what an earlier session left is put right, or the run is refused.
 * @returns the session to go on with instead, where the user wants that
 */
async function settleUnfinished(line: CommandLine, place: Result<Here>): Promise<Result<string | null>> {
  if (!place.ok) return ok(null); // the run itself says what is wrong with the place
  const elsewhere = await findUnfinishedElsewhere(place.value);
  if (elsewhere !== null) return fail(cliMessages.unfinishedElsewhere({ ...elsewhere, root: place.value.root }));
  const unfinished = await findUnfinished(place.value);
  if (unfinished === null) return ok(null);
  const refusal = fail(cliMessages.unfinished({ session: unfinished.id, since: unfinished.record.created_at }));
  const view = await viewFor(line);
  const prompter = prompterFor(view);
  try {
    if (!prompter.available || line.flags.has('headless')) return refusal;
    const answer = await prompter.select({
      message: `Session ${unfinished.id} was cut off and has not been put right yet. What now?`,
      choices: [
        { value: 'recover', label: 'Put the repository back as it was before it', hint: 'then begin this run' },
        { value: 'resume', label: 'Go on with it', hint: 'what finished is not run again; this run is not begun' },
        { value: 'stop', label: 'Stop', hint: 'and leave everything as it is' },
      ],
      onEscape: 'stops',
    });
    if (!('answered' in answer) || answer.answered === 'stop') return refusal;
    if (answer.answered === 'resume') return ok(unfinished.id);
    const recovered = await recoverSession(place.value, unfinished);
    if (!recovered.ok) return recovered;
    for (const said of recovered.value?.said ?? []) view.say(said);
    const failure = recovered.value?.failures[0] ?? recovered.value?.told[0];
    return failure ? fail(failure) : ok(null);
  } finally {
    prompter.close();
    view.close();
  }
}

/** More than any model takes; what is longer need not be read to know that it is too long. */
const LONGEST_READ = 64 * 1024 * 1024;

/** @returns null: none was given */
async function taskSource(words: readonly string[], file: string | undefined): Promise<Result<string | null>> {
  if (file !== undefined && words.length > 0) return fail(cliMessages.taskTwice());
  if (file === '-' || (words.length === 1 && words[0] === '-')) return ok(await readAll());
  if (file === undefined) return ok(words.length > 0 ? words.join(' ') : null);
  try {
    const path = resolve(file);
    if (statSync(path).size > LONGEST_READ)
      return fail(messages.taskTooLong({ bytes: statSync(path).size, limit: LONGEST_READ }));
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(messages.taskUnreadable({ file, why: (error as Error).message }));
  }
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > LONGEST_READ) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
