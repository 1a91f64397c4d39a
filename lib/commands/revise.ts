// `mm revise <session> <slot> <what>`: tells a model of an ended session what to change in its work. The session is gone
// on with from the review of its plan; a result that lies in the tree is taken out first, as `mm undo` does it.
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli.ts';
import { nearest } from '../core/nearest.ts';
import { actionsIn } from '../core/recipe.ts';
import { type Apply, isAsApplied } from '../repository/apply.ts';
import type { FoundSession } from '../session/find.ts';
import { readJournal } from '../session/journal.ts';
import type { PassRecord } from '../session/record.ts';
import { review } from '../steps/review.ts';
import { revision } from '../steps/revision.ts';
import type { CommandLine } from './arguments.ts';
import { type Here, here } from './here.ts';
import { findHere, withPastSession } from './past-session.ts';
import { goOnWith } from './resume.ts';

export async function revise(line: CommandLine): Promise<Result<number, Failure>> {
  const [session, slot, ...words] = line.operands;
  const note = words.join(' ').trim();
  if (session === undefined || slot === undefined || note === '') return fail(cliMessages.reviseWhat());
  const place = await here(line);
  if (!place.ok) return place;
  const found = findHere(place.value, session, 'revise');
  if (!found.ok) return found;
  const reviewed = lastReview(found.value, slot);
  if (!reviewed.ok) return reviewed;
  const { key, pass } = reviewed.value;
  return goOnWith(line, place.value, found.value, async ({ phases }) =>
    actionsIn(phases).some(({ executor }) => executor === revision.name)
      ? reopen(place.value, found.value, { key, pass, slot, note })
      : fail(cliMessages.noReview({ session: found.value.id })),
  );
}

/** The step that decided on the session's plan, and the pass that it was about. */
function lastReview({ dir, id, record }: FoundSession, slot: string): Result<{ key: string; pass: number }> {
  if (record.status === 'in_progress') return fail(cliMessages.reviseUnfinished({ session: id }));
  const { events } = readJournal(`${dir}/events.jsonl`);
  const ends = events.filter((event) => event.type === 'step_end');
  const last = ends.findLast(({ executor }) => executor === review.name);
  const pass: PassRecord | undefined = record.passes.at(-1);
  if (last === undefined || !pass?.plan) return fail(cliMessages.noReview({ session: id }));
  const known = Object.entries(pass.models).flatMap(([each, { status, tree }]) =>
    status === 'ok' && tree !== null ? [each] : [],
  );
  if (!known.includes(slot))
    return fail(cliMessages.noCandidateOf({ session: id, slot, known, near: nearest(slot, known) }));
  return ok({ key: last.key.split('/')[0]!, pass: pass.number });
}

/** What was decided is open again, with what is to be changed; nothing of the result lies in the tree then. */
async function reopen(
  place: Here,
  found: FoundSession,
  { key, pass, slot, note }: { key: string; pass: number; slot: string; note: string },
): Promise<Result<undefined>> {
  const done = await withPastSession(place, found, async ({ effects, journal }) => {
    const applied = effects.open.filter(({ undo }) => undo.kind === 'apply' && undo.result === true);
    for (const { undo } of applied)
      if (!(await isAsApplied(undo as Apply))) return fail(cliMessages.reviseEdited({ session: found.id }));
    const { failures } = await effects.undo(({ result }) => result === true);
    if (failures[0]) return fail(failures[0]);
    if (found.record.result !== null) journal.append({ type: 'result_undone' });
    journal.append({ type: 'reopened', key });
    journal.append({ type: 'revision', pass, slot, note });
    return ok(undefined);
  });
  return done.ok ? done.value : done;
}
