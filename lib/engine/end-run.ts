// How a run ends, whatever way it came to it: what is not to stay is taken back, the recipe's `finally` is walked, and
// the session says in which of the promised ways it has ended.
import { dropWorkingFiles } from '../candidate/store.ts';
import type { SessionStatus } from '../core/events.ts';
import type { ExitCode, Failure } from '../core/failure.ts';
import { isLeftElsewhere } from '../core/messages/host-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { SessionRecord } from '../core/session-record.ts';
import { headline } from '../session/effects.ts';
import type { Session } from '../session/session.ts';
import type { Run } from '../steps/run-context.ts';
import { whyIncomplete } from '../steps/tree-verdict.ts';
import type { Position, Walker } from './context.ts';
import { guarded } from './guarded.ts';
import { walkSequence } from './walk.ts';

export interface Ended {
  readonly exit: ExitCode;
  readonly failure: Failure | null;
  /** null: nothing was begun. */
  readonly record: SessionRecord | null;
}

/**
 * Ends a run that has begun.
 * @param walked why the walk came to its end; null: it was walked through
 * @param interrupted by the user
 */
export async function endRun(
  { walker, position, unlock }: { walker: Walker; position: Position; unlock: () => Promise<void> },
  walked: Failure | null,
  interrupted: boolean,
): Promise<Ended> {
  const { run } = walker;
  run.finishing = true;
  let failure = run.purse.stopped ?? walked;
  // what an interrupt cut short may say so in its own words
  if (interrupted && failure !== null && failure.exit < 3) failure = messages.interrupted();
  failure = withBreaches(run, failure ?? whyIncomplete(run));
  // Once the result is in the tree it stays there, also an incomplete one; what a signal or a fault of ours cut short
  // goes.
  const kept = failure === null || (run.record.result !== null && failure.exit !== 130 && failure.exit !== 70);
  if (!kept) failure = await putBack(run, failure, false);
  run.provide('outcome', {
    failure: failure?.what ?? '',
    remedy: failure?.remedy.join('\n') ?? '',
    complete: failure === null,
  });
  const pass = run.record.passes.at(-1)?.number ?? 1;
  const last = await guarded(() => walkSequence(walker, run.recipe.finally, { ...position, pass, path: '/finally' }));
  failure ??= last;
  if (kept) failure = await putBack(run, failure, true);
  return close(run, failure, unlock);
}

/** What ended the run, and what somebody changed meanwhile that is still as they left it. */
function withBreaches(run: Run, failure: Failure | null): Failure | null {
  const what = run.guard?.violations.map(({ says }) => says) ?? [];
  if (what.length === 0 || failure === null || failure.id === 'breached') return failure;
  return messages.breachedBesides({ what, session: run.session.id, failure });
}

/**
 * Takes back what the session did, but for the result, where that stays; what can't be put back is told above all else.
 */
async function putBack(run: Run, failure: Failure | null, keepsResult: boolean): Promise<Failure | null> {
  const fault = await guarded(() => run.places.puttingBack.ended());
  run.places.forgetBenches(true);
  // what is left of a breach is for the user to decide; until then its commits are kept
  const breached = (run.guard?.violations.length ?? 0) > 0;
  const outcome = await run.session.effects.undo(
    ({ kind, result }) =>
      !(keepsResult && result === true) && !(breached && (kind === 'guard' || kind === 'private-ref')),
  );
  for (const text of outcome.said) run.note(text, 'detail');
  // nothing of the user's waits for what a host kept, and it stays on record
  const left = outcome.failures.filter(isLeftElsewhere);
  const failures = outcome.failures.filter((each) => !isLeftElsewhere(each));
  const { first, others } = headline({ ...outcome, failures });
  for (const { what, remedy } of [...others, ...left]) run.note([what, ...remedy].join('\n'), 'warning');
  return first ?? failure ?? fault;
}

const STATUS: Readonly<Record<ExitCode, SessionStatus>> = {
  0: 'completed',
  1: 'failed',
  2: 'failed',
  3: 'declined',
  4: 'failed',
  70: 'failed',
  130: 'interrupted',
};

async function close(run: Run, failure: Failure | null, unlock: () => Promise<void>): Promise<Ended> {
  const exit = failure?.exit ?? 0;
  const { session } = run;
  session.journal.append({ type: 'session_complete', status: STATUS[exit], exit, failure });
  const refused = await guarded(async () => {
    if (exit === 0) await session.becomeLatest();
    if (exit === 0 || exit === 3) await dropWorkingFiles(run.store); // nothing is left to go on with
    await session.settled();
  });
  const locked = await guarded(unlock);
  // what is in the tree is as good as it was; the lock of one who is gone holds nobody up
  for (const each of [refused, locked]) if (each !== null) run.note(each.what, 'warning');
  session.journal.close();
  return { exit, failure, record: session.record };
}

/** A session that could not be set up has done nothing that could be put back. */
export async function closeUnopened(session: Session, failure: Failure | null): Promise<void> {
  session.journal.append({ type: 'session_complete', status: 'failed', exit: failure?.exit ?? 70, failure });
  await guarded(() => session.settled());
  session.journal.close();
}
