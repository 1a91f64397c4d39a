// `mm deliver <session>`: moves the accepted result of an ended session onto a new branch, or into a pull request. A
// result that lies in the tree is taken out first, as `mm undo` does it; nothing is asked or paid for again.
import type { Delivery } from '../core/delivery.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { deliverMessages as say } from '../core/messages/deliver-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { actionsIn } from '../core/step.ts';
import { inspectRepository } from '../repository/inspect.ts';
import type { FoundSession } from '../session/find.ts';
import { deliver, lookAhead } from '../steps/deliver.ts';
import { refValue } from '../system/git-refs.ts';
import type { CommandLine } from './arguments.ts';
import { type Here, here } from './here.ts';
import { eventsOf, findHere, sessionsHere } from './past-session.ts';
import { askedDelivery, goOnWith } from './resume.ts';
import { endOfReview, reopen } from './revise.ts';
import { readOptions } from './run-options.ts';

export async function deliverSession(typed: CommandLine): Promise<Result<number, Failure>> {
  const place = await here(typed);
  if (!place.ok) return place;
  const found = sessionIn(place.value, typed.operands[0]);
  if (!found.ok) return found;
  const { id: session, record } = found.value;
  if (record.status === 'in_progress') return fail(say.deliverUnfinished({ session }));
  if (!isAccepted(found.value)) return fail(say.noAccepted({ session }));
  const line = asAsked(typed, found.value);
  const options = readOptions(line);
  if (!options.ok) return options;
  const delivery = options.value.delivery!;
  const elsewhere = await deliveredElsewhere(place.value, found.value, delivery);
  if (elsewhere !== null) return fail(elsewhere);
  return goOnWith(line, place.value, found.value, async (recipe) => {
    const stands = await standsAgainst(place.value, found.value, recipe, delivery);
    if (!stands.ok) return stands;
    return reopen(place.value, found.value, {
      edited: say.deliverEdited({ session }),
      events: [{ type: 'reopened', key: stands.value, delivery }],
    });
  });
}

/** Where nothing is said, it is as it was asked for before, and a branch is called as it was. */
function asAsked(typed: CommandLine, found: FoundSession): CommandLine {
  const asked = askedDelivery(eventsOf(found));
  const said = typed.values.branch !== undefined || ['commit', 'pr'].some((flag) => typed.flags.has(flag));
  const branch = typed.values.branch?.[0] ?? found.record.delivered?.branch ?? asked?.branch ?? undefined;
  return {
    ...typed,
    flags: new Set([...typed.flags, 'commit', ...(!said && asked?.pr ? ['pr'] : [])]),
    values: { ...typed.values, ...(branch === undefined ? {} : { branch: [branch] }) },
  };
}

/** The session that was named, or the newest one of this working tree. */
function sessionIn(place: Here, word: string | undefined): Result<FoundSession> {
  const [newest] = sessionsHere(place);
  return word === undefined && newest ? ok(newest) : findHere(place, word ?? 'latest', 'deliver');
}

/** Whether its user, or `--yes`, has said yes to the plan. */
const isAccepted = (found: FoundSession): boolean =>
  found.record.result !== null || endOfReview(found)?.outcome === 'ok';

/** A result is in one place; a branch that somebody may know by its name is not taken away unasked. */
async function deliveredElsewhere({ repository }: Here, { id, record }: FoundSession, { branch: to }: Delivery) {
  const { delivered } = record;
  if (!delivered || to === null || delivered.branch === to) return null;
  const value = await refValue(repository.commonDir, `refs/heads/${delivered.branch}`);
  return value === delivered.commit ? say.deliveredElsewhere({ session: id, branch: delivered.branch, to }) : null;
}

/** Looks before the result is taken from where it is. @returns the key of the step that delivers it */
async function standsAgainst(
  { repository }: Here,
  found: FoundSession,
  recipe: Recipe,
  delivery: Delivery,
): Promise<Result<string>> {
  const key = actionsIn(recipe.phases).find(({ executor }) => executor === deliver.name)?.key;
  if (key === undefined) return fail(say.noDelivery({ recipe: recipe.name }));
  if (repository.plain) return fail(say.plainFolder());
  const facts = await inspectRepository(repository.top, repository);
  if (!facts.ok) return facts;
  const start = eventsOf(found).find((event) => event.type === 'session_start');
  const run = {
    ...{ recipe, record: found.record, repository: facts.value, env: process.env, onPath: new Map<string, boolean>() },
    task: start?.type === 'session_start' ? start.task : '',
  };
  const { problems } = await lookAhead({ run, limitMs: undefined, signal: new AbortController().signal }, delivery);
  return problems[0] ? fail(problems[0]) : ok(key);
}
