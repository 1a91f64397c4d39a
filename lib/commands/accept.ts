// `mm accept <session>`: applies the plan of a session that ended without anybody's yes (a run that could ask nobody,
// or one that was declined). The session is gone on with from the review of its plan; no model is asked again.
import { type Failure, fail, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import type { CommandLine } from './arguments.ts';
import { here } from './here.ts';
import { findHere } from './past-session.ts';
import { goOnWith } from './resume.ts';
import { lastReview, reopen } from './revise.ts';

export async function accept(line: CommandLine): Promise<Result<number, Failure>> {
  const [session] = line.operands;
  if (session === undefined) return fail(cliMessages.acceptWhat());
  const place = await here(line);
  if (!place.ok) return place;
  const found = findHere(place.value, session, 'accept');
  if (!found.ok) return found;
  const { id, record } = found.value;
  const reviewed = record.status === 'declined' ? lastReview(found.value) : null;
  if (reviewed === null) return fail(cliMessages.acceptNothing({ session: id, status: record.status }));
  const agreed = { ...line, flags: new Set([...line.flags, 'yes']) };
  return goOnWith(agreed, place.value, found.value, () =>
    reopen(place.value, found.value, {
      edited: cliMessages.acceptNothing({ session: id, status: record.status }),
      events: [{ type: 'reopened', key: reviewed.key }],
    }),
  );
}
