// `mm resume [<session>]`: goes on where a stopped session ended. What it had done to the repository is taken back
// first; what its models and gates had finished is not run again.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Delivery } from '../core/delivery.ts';
import type { Event } from '../core/events.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { deliverMessages } from '../core/messages/deliver-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import type { FoundSession } from '../session/find.ts';
import { delivers } from '../steps/deliver.ts';
import { gitText } from '../system/git.ts';
import type { CommandLine } from './arguments.ts';
import { type Here, here } from './here.ts';
import { load } from './named-recipe.ts';
import { eventsOf, findHere, sessionsHere } from './past-session.ts';
import { recoverSession } from './recover.ts';
import { runLoaded } from './run-loaded.ts';
import { readOptions } from './run-options.ts';

type Start = Extract<Event, { type: 'session_start' }>;
type Options = Extract<Event, { type: 'run_options' }>;

export async function resume(line: CommandLine): Promise<Result<number, Failure>> {
  const place = await here(line);
  if (!place.ok) return place;
  const found = pick(place.value, line.operands[0]);
  if (!found.ok) return found;
  const { record, id } = found.value;
  if (record.status === 'completed' || record.status === 'declined')
    return fail(cliMessages.nothingToResume({ session: id, status: record.status }));
  return goOnWith(line, place.value, found.value);
}

/**
 * Goes on with a session: with what it has in its journal, in the recipe that it began with.
 * @param before done when nothing stands against it any more; a failure ends it there
 */
export async function goOnWith(
  line: CommandLine,
  place: Here,
  found: FoundSession,
  before: (recipe: Recipe) => Promise<Result<undefined>> = async () => ok(undefined),
): Promise<Result<number, Failure>> {
  const { dir, id } = found;
  const options = readOptions(line);
  if (!options.ok) return options;
  const events = eventsOf(found);
  const start = events.find((event): event is Start => event.type === 'session_start');
  const asked = events.find((event): event is Options => event.type === 'run_options');
  if (!start || !asked) return fail(cliMessages.journalTooShort({ session: id }));
  const moved = await hasMoved(place, id, start.ref);
  if (!moved.ok) return moved;
  // a recipe that is not committed is put aside with the user's other changes: then they come back first
  const isAside = start.recipe_sources.some(({ file }) => !existsSync(file));
  const early = isAside ? await putRight(place, found) : null;
  if (early && !early.ok) return early;
  const loaded = await load(start.recipe, { ...line, values: { ...line.values, set: asked.set } }, [process.cwd()]);
  if (!loaded.ok) return loaded;
  if (options.value.delivery && !delivers(loaded.value))
    return fail(deliverMessages.noDelivery({ recipe: loaded.value.name }));
  const changed = changedSource(start, loaded.value);
  if (changed !== null) return fail(cliMessages.recipeChanged({ session: id, file: changed }));
  const recovered = early ?? (await putRight(place, found));
  if (!recovered.ok) return recovered;
  const ready = await before(loaded.value);
  if (!ready.ok) return ready;
  const { only, without, triggers, set } = asked;
  const { top, plain } = place.repository;
  const located = plain ? {} : { located: place.repository };
  const delivery = options.value.delivery ?? askedDelivery(events);
  const asBefore = { only, without, triggers, set, task: start.task, taskRead: true };
  const how = {
    ...{ ...options.value, ...asBefore, cwd: resolve(top), ...located },
    ...(delivery && { delivery }),
  };
  return ok(await runLoaded(line, loaded.value, how, place.folder, dir));
}

/** Where the result was to be delivered to, as it was said last. */
export const askedDelivery = (events: readonly Event[]): Delivery | undefined =>
  events.flatMap((event) => ('delivery' in event && event.delivery ? [event.delivery] : [])).at(-1);

/** Before anything is put back: a commit may be the user's as well as a model's. A plain folder is looked at later. */
async function hasMoved(place: Here, session: string, from: string): Promise<Result<undefined>> {
  if (place.repository.plain) return ok(undefined);
  const to = await gitText({ cwd: place.repository.top }, ['rev-parse', 'HEAD']);
  return to === from ? ok(undefined) : fail(cliMessages.repositoryMoved({ session, from, to }));
}

/** What can't be put back, or has to be known first, stops it: a second `mm resume` goes on. */
async function putRight(place: Here, found: FoundSession): Promise<Result<undefined>> {
  const recovered = await recoverSession(place, found, true);
  if (!recovered.ok) return recovered;
  const failure = recovered.value?.failures[0] ?? recovered.value?.told[0];
  return failure ? fail(failure) : ok(undefined);
}

/** The session that was named, or the newest one that did not end. */
function pick(place: Here, word: string | undefined): Result<FoundSession> {
  if (word !== undefined) return findHere(place, word, 'resume');
  const [newest] = sessionsHere(place);
  return newest ? ok(newest) : fail(cliMessages.nothingStopped());
}

/** The first file of the recipe that is not what it was. */
function changedSource(start: Start, recipe: Recipe): string | null {
  const now = new Map(recipe.sources.map(({ file, sha256 }) => [file, sha256]));
  return start.recipe_sources.find(({ file, sha256 }) => now.get(file) !== sha256)?.file ?? null;
}
