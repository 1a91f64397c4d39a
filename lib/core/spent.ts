// What a run has spent, folded from its events: every start of a model counts once, by what its end tells, however
// often the run was cut off and gone on with. What nobody told is counted as unknown. Pure.
import type { Budget, Spent } from './budget.ts';
import type { Event } from './events.ts';

const MINUTE_MS = 60_000;

/** What another process may write down, long after the run was cut off: no time has passed for the run until then. */
const NO_TIME = new Set<Event['type']>([
  ...(['session_resume', 'session_complete', 'effect_undone', 'result_undone'] as const),
  ...(['reopened', 'revision', 'chosen', 'note'] as const),
]);

export const spentNothing = (at: string): Spent => ({
  usd: 0,
  minutes: 0,
  unknown: {},
  lanes: {},
  running: [],
  questions: 0,
  counted_to: at,
});

/** A record with its budget, and with what was spent, which is counted from the start on, limited or not. */
export function counting<R extends { readonly budget: Budget | null; readonly spent: Spent | null }>(
  record: R,
  event: Event,
): R {
  const before = event.type === 'session_start' ? spentNothing(event.at) : record.spent;
  const spent = before && spend(before, event);
  const budget = event.type === 'run_options' || event.type === 'budget' ? event.budget : undefined;
  if (budget === undefined && spent === record.spent) return record;
  return { ...record, ...(budget && { budget }), ...(spent && { spent }) };
}

/** After one more event. */
export function spend(spent: Spent, event: Event): Spent {
  switch (event.type) {
    case 'session_resume': // what ran when it was cut off has cost something, and nobody will tell how much
      return {
        ...spent,
        unknown: spent.running.reduce((unknown, { cli }) => oneMore(unknown, cli), spent.unknown),
        running: [],
        questions: 0,
        counted_to: event.at,
      };
    case 'question':
      return { ...onTo(spent, event.at), questions: spent.questions + 1 };
    case 'answer':
      return { ...onTo(spent, event.at), questions: Math.max(0, spent.questions - Number(event.by === 'user')) };
    case 'attempt_start':
      return {
        ...onTo(spent, event.at),
        running: [...spent.running, { cli: event.backend, lane: event.lane && laneKey(event.pass, event.lane) }],
      };
    case 'attempt_end':
      return ended(onTo(spent, event.at), event);
    default:
      return NO_TIME.has(event.type) ? spent : onTo(spent, event.at);
  }
}

/** Minutes until now. @param now milliseconds since 1970 */
export function minutesSpent({ minutes, questions, counted_to }: Spent, now: number): number {
  return questions > 0 ? minutes : minutes + Math.max(0, now - Date.parse(counted_to)) / MINUTE_MS;
}

const onTo = (spent: Spent, at: string): Spent => ({
  ...spent,
  minutes: exact(minutesSpent(spent, Date.parse(at))),
  // what was asked before the session began stands behind its start in the journal
  counted_to: at > spent.counted_to ? at : spent.counted_to,
});

function ended(spent: Spent, { pass, lane, result }: Extract<Event, { type: 'attempt_end' }>): Spent {
  const { backend, failure, usage, elapsed_ms } = result;
  const key = lane && laneKey(pass, lane);
  const at = spent.running.findIndex((each) => each.cli === backend && each.lane === key);
  const running = spent.running.filter((_, place) => place !== at);
  // one that could not even be started is the only one that is sure to have cost nothing
  const cost = usage?.cost_usd ?? (failure === 'not-found' ? 0 : null);
  const known = { ...spent, running, usd: exact(spent.usd + (cost ?? 0)) };
  const counted = cost === null ? { ...known, unknown: oneMore(known.unknown, backend) } : known;
  if (key === null) return counted;
  const own = counted.lanes[key] ?? { usd: 0, minutes: 0 };
  const lanes = {
    ...counted.lanes,
    [key]: { usd: exact(own.usd + (cost ?? 0)), minutes: exact(own.minutes + elapsed_ms / MINUTE_MS) },
  };
  return { ...counted, lanes };
}

/** A lane in `Spent.lanes`. */
export const laneKey = (pass: number, lane: string): string => `${pass}/${lane}`;

const oneMore = (unknown: Spent['unknown'], cli: string): Spent['unknown'] => ({
  ...unknown,
  [cli]: (unknown[cli] ?? 0) + 1,
});

/** A sum without what binary fractions add. */
const exact = (sum: number): number => Number(sum.toFixed(9));
