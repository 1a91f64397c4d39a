// `mm revise <session> <slot> <what>`: tells a model of an ended session what to change in its work. The session is
// gone on with from the review of its plan; a result that lies in the tree is taken out first, as `mm undo` does it.
import type { Plan } from '../core/candidate.ts';
import type { EventBody } from '../core/events.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { nearest } from '../core/nearest.ts';
import type { PassRecord } from '../core/session-record.ts';
import { actionsIn } from '../core/step.ts';
import { type Apply, isAsApplied } from '../repository/apply-result.ts';
import type { FoundSession } from '../session/find.ts';
import { review } from '../steps/review.ts';
import { revision } from '../steps/revision.ts';
import type { CommandLine } from './arguments.ts';
import { type Here, here } from './here.ts';
import { eventsOf, findHere, withPastSession } from './past-session.ts';
import { goOnWith } from './resume.ts';

export async function revise(line: CommandLine): Promise<Result<number, Failure>> {
  const [session, slot, ...words] = line.operands;
  const note = words.join(' ').trim();
  if (session === undefined || slot === undefined || note === '') return fail(cliMessages.reviseWhat());
  const place = await here(line);
  if (!place.ok) return place;
  const found = findHere(place.value, session, 'revise');
  if (!found.ok) return found;
  const { id } = found.value;
  if (found.value.record.status === 'in_progress') return fail(cliMessages.reviseUnfinished({ session: id }));
  const reviewed = lastReview(found.value);
  if (reviewed === null) return fail(cliMessages.noReview({ session: id }));
  const { key, pass } = reviewed;
  const made = hasCandidate(found.value, pass, slot);
  if (!made.ok) return made;
  return goOnWith(line, place.value, found.value, async ({ phases }) =>
    actionsIn(phases).some(({ executor }) => executor === revision.name)
      ? reopen(place.value, found.value, {
          edited: cliMessages.reviseEdited({ session: id }),
          events: [
            { type: 'reopened', key },
            { type: 'revision', pass: pass.number, slot, note },
          ],
        })
      : fail(cliMessages.noReview({ session: id })),
  );
}

/** The step that decided on the session's plan, and the pass that it was about; null: there was none. */
export function lastReview(found: FoundSession): { key: string; pass: PassRecord; plan: Plan } | null {
  const last = endOfReview(found);
  const pass = found.record.passes.at(-1);
  return last && pass?.plan ? { key: last.key.split('/')[0]!, pass, plan: pass.plan } : null;
}

/** How the last review ended. */
export const endOfReview = (found: FoundSession) =>
  eventsOf(found)
    .filter((event) => event.type === 'step_end')
    .findLast(({ executor }) => executor === review.name);

function hasCandidate({ id }: FoundSession, pass: PassRecord, slot: string): Result<undefined> {
  const from = pass.models[slot]?.made_by?.from;
  if (from !== undefined) return fail(cliMessages.reviseForeign({ session: id, slot, from }));
  const known = Object.entries(pass.models).flatMap(([each, { status, tree, made_by }]) =>
    status === 'ok' && tree !== null && !made_by ? [each] : [],
  );
  if (!known.includes(slot))
    return fail(cliMessages.noCandidateOf({ session: id, slot, known, near: nearest(slot, known) }));
  return ok(undefined);
}

/**
 * What was decided is open again, with what the user wants instead; nothing of the result lies in the tree then.
 * @param wants.events say so in the journal
 * @param wants.edited where files of the result have been edited since
 */
export async function reopen(
  place: Here,
  found: FoundSession,
  { edited, events }: { readonly edited: Failure; readonly events: readonly EventBody[] },
): Promise<Result<undefined>> {
  const done = await withPastSession(place, found, async ({ effects, journal }) => {
    const applied = effects.open.filter(({ undo }) => undo.kind === 'apply' && undo.result === true);
    for (const { undo } of applied) if (!(await isAsApplied(undo as Apply))) return fail(edited);
    // what was pushed can't be taken back, and is said by `mm undo`
    const { failures } = await effects.undo(({ kind, result }) => result === true && kind !== 'pushed');
    if (failures[0]) return fail(failures[0]);
    if (found.record.result !== null) journal.append({ type: 'result_undone' });
    for (const event of events) journal.append(event);
    return ok(undefined);
  });
  return done.ok ? done.value : done;
}
