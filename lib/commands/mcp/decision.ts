// Whether the plan of a session waits for a decision, by its record and journal, and what can be done next. Pure.
import type { Plan } from '../../core/candidate.ts';
import type { Event } from '../../core/events.ts';
import { messages } from '../../core/messages/run-messages.ts';
import type { SessionRecord } from '../../core/session-record.ts';
import type { SessionNow } from '../../view/status-lines.ts';

/** What the review asks. */
const REVIEWED = 'Apply the plan?';

/** `open`: the run has ended, and nobody was there to decide. */
export type Decision = 'none' | 'open' | 'accepted' | 'declined';

export function decisionOf({ status, passes, result, failure }: SessionRecord, events: readonly Event[]): Decision {
  if (result !== null) return 'accepted';
  if (status !== 'declined' || !passes.at(-1)?.plan) return 'none';
  const begun = events.findLastIndex(({ type }) => type === 'session_start' || type === 'session_resume');
  const answered = events
    .slice(begun)
    .some((event) => event.type === 'answer' && event.text === REVIEWED && event.answer === 'decline');
  return failure?.id === messages.declined({ headless: true }).id && !answered ? 'open' : 'declined';
}

/** Whether gates prove the plan, in a sentence. */
export function provenLine({ proven, proven_by }: Plan): string {
  if (proven_by?.length === 0) return 'There are no quality gates: nothing is proven.';
  return proven
    ? 'All required gates pass on it.'
    : 'It is not proven: required gates fail on it, or could not be run.';
}

/** What an agent, or its user, can do next. */
export function nextOf({ id, state, end }: Pick<SessionNow, 'id' | 'state' | 'end'>, decision: Decision): string {
  if (state === 'running') return 'It works. Ask again later: a run takes as long as its models do, mostly minutes.';
  if (state === 'waiting')
    return 'It waits for an answer in the terminal where it was started, which only its user can give.';
  if (state === 'cut_off')
    return (
      `Its process is gone. The user can go on with it (mm resume ${id}), ` +
      `or put the repository back (mm recover ${id}).`
    );
  if (decision === 'open')
    return (
      'Its plan waits for a decision: show the user what `plan` says, ' +
      'then call `accept` or `decline` as they want.'
    );
  if (decision === 'accepted')
    return `Its result was put into the working tree, unstaged. The user can take it out again: mm undo ${id}`;
  if (decision === 'declined') return 'Its plan was declined; the tree is as it was.';
  if (end?.status === 'completed') return 'It is complete: `report` says what came of it.';
  return `It ended without a result; \`report\` says why. The user can go on with it: mm resume ${id}`;
}
