// Looks at what a run has spent before another call of a model begins: whether it may, for how long, and what its share
// of the dollars is. At a terminal it asks what now. Counts nothing itself: that is folded from the journal.

import type { Backend } from '../core/backend.ts';
import { AMOUNT, type Amount, type Budget, parseAmount, raised, type Spent, spentOf } from '../core/budget.ts';
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { laneKey, minutesSpent } from '../core/spent.ts';
import { isPriceOf, type Unpriced, whyUnpriced } from '../model/price.ts';
import type { StepContext } from './executor.ts';
import type { Decision } from './purse.ts';
import type { Run } from './run-context.ts';

type Reached = Omit<Extract<Event, { type: 'budget_reached' }>, 'type' | 'seq' | 'at' | 'pass'>;
type Place = Pick<StepContext, 'run' | 'pass' | 'lane'>;

const MINUTE_MS = 60_000;

/** Whether a failure says that no budget was left. */
export const isRefusal = ({ id }: Failure): boolean => id === 'budgetReached';

/**
 * Why no further call begins here; null: it may.
 * @param refused what is not done then, as a sentence begins
 */
export async function refusal(
  place: Place,
  refused: string,
): Promise<{ readonly failure: Failure; readonly said: string } | null> {
  const { run, pass } = place;
  for (;;) {
    const reached = reachedLimit(place, Date.now());
    if (reached === null) return null;
    const { what, limit, lane } = reached;
    const said = saidOf(run, reached);
    const once = [pass, lane, what, limit].join('/');
    if (!run.purse.told.has(once)) run.emit({ type: 'budget_reached', pass, ...reached });
    run.purse.told.add(once);
    const { budget } = run.record;
    if (lane !== null || budget?.over === 'stop' || run.options.headless || run.options.yes || run.signal.aborted)
      return { failure: modelMessages.budgetReached({ refused, said, session: run.session.id }), said };
    run.purse.asking ??= decide(run, what).finally(() => {
      run.purse.asking = null;
    });
    const decision = await run.purse.asking;
    if (decision === 'interrupt' || decision === 'stop')
      return { failure: run.purse.stopped ?? messages.interrupted(), said };
  }
}

/** What is left of the time of a lane, in milliseconds; null: no limit. */
export function laneTimeLeft({ run, pass, lane }: Place): number | null {
  const most = run.record.budget?.lane_minutes ?? null;
  if (most === null || lane === null) return null;
  return Math.max(1, Math.round((most - inLane(run.record.spent, pass, lane).minutes) * MINUTE_MS));
}

/**
 * The dollars that a call may spend: what is left of the whole, divided by the calls that run, the lanes of the pass
 * that have yet to begin, and itself; no more than is left of its lane. null: no limit.
 */
export function shareOf({ run, pass, lane }: Place): number | null {
  const { budget, spent } = run.record;
  if (!budget || !spent) return null;
  const models = run.passRecord(pass)?.models ?? {};
  const works = (slot: string) => spent.running.some((each) => each.lane === laneKey(pass, slot));
  const toBegin = [...run.participants.keys()].filter(
    (slot) => slot !== lane && !(slot in models) && !works(slot) && !run.isOut(slot, pass),
  );
  const shares = [
    budget.usd === null ? null : (budget.usd - spent.usd) / (spent.running.length + toBegin.length + 1),
    budget.lane_usd === null || lane === null ? null : budget.lane_usd - inLane(spent, pass, lane).usd,
  ].filter((share) => share !== null);
  return shares.length === 0 ? null : Math.max(0.0001, Number(Math.min(...shares).toFixed(4)));
}

/**
 * The same for one that counts what its session has cost before, too.
 * @param session the one that it goes on with; null: it begins one
 */
export function capOf(run: Run, share: number | null, { output }: Backend, session: string | null): number | null {
  if (share === null || session === null || !output.thread.includes('cost_usd')) return share;
  const before = run.attempts.filter((attempt) => attempt.session === session);
  return Number(before.reduce((sum, { usage }) => sum + (usage?.cost_usd ?? 0), share).toFixed(4));
}

const inLane = (spent: Spent | null, pass: number, lane: string) =>
  spent?.lanes[laneKey(pass, lane)] ?? { usd: 0, minutes: 0 };

/** The limit that was reached: of the run, or of the lane. @param now milliseconds since 1970 */
function reachedLimit({ run, pass, lane }: Place, now: number): Reached | null {
  const { budget, spent } = run.record;
  if (!budget || !spent) return null;
  const own = lane === null ? null : inLane(spent, pass, lane);
  const all: readonly (Omit<Reached, 'limit'> & { readonly limit: number | null })[] = [
    { what: 'usd', lane: null, spent: spent.usd, limit: budget.usd },
    { what: 'minutes', lane: null, spent: minutesSpent(spent, now), limit: budget.minutes },
    { what: 'usd', lane, spent: own?.usd ?? 0, limit: own && budget.lane_usd },
    { what: 'minutes', lane, spent: own?.minutes ?? 0, limit: own && budget.lane_minutes },
  ];
  const found = all.find(({ spent: much, limit }) => limit !== null && much >= limit - 1e-9);
  return found === undefined ? null : { ...found, limit: found.limit! };
}

/** `the budget is reached ($5.20 of $5.00)`. */
const saidOf = (run: Run, { what, lane, spent, limit }: Reached): string => {
  const much = spentOf({ usd: null, minutes: null, [what]: limit }, { usd: spent, minutes: spent });
  return `${lane === null ? 'the budget' : `the budget of ${run.title(lane)}'s lane`} is reached (${much})`;
};

/** What becomes of a run whose budget is reached, as its user says; what follows from that is in the journal then. */
async function decide(run: Run, what: Reached['what']): Promise<Decision> {
  const { budget } = run.record;
  const now = () => ({ usd: run.record.spent!.usd, minutes: minutesSpent(run.record.spent!, Date.now()) });
  const text = `The budget is reached: ${spentOf(budget!, now(), run.record.spent!.unknown)}. What now?`;
  run.emit({ type: 'question', text });
  const said = await ask(run, text, what === 'usd' ? `${budget!.usd}usd` : `${budget!.minutes}m`);
  if (said.decision === 'interrupt') return 'interrupt';
  run.emit({ type: 'answer', text, answer: said.decision, by: 'user' });
  // other calls may have ended meanwhile
  if (said.decision === 'more') run.emit({ type: 'budget', budget: raised(budget!, now(), said.more) });
  if (said.decision === 'finish') run.emit({ type: 'budget', budget: { ...budget!, over: 'stop' } });
  if (said.decision === 'stop') {
    run.purse.stopped = modelMessages.budgetStopped({ said: spentOf(budget!, now()), session: run.session.id });
    run.stop();
  }
  return said.decision;
}

type Said = { readonly decision: 'more'; readonly more: Amount } | { readonly decision: Exclude<Decision, 'more'> };

/** @param usual how much more is offered */
async function ask(run: Run, message: string, usual: string): Promise<Said> {
  const answer = await run.prompter.select<Exclude<Decision, 'interrupt'>>({
    message,
    choices: [
      { value: 'more', label: 'Go on with more', hint: 'you say with how much' },
      { value: 'finish', label: 'Finish with what is there', hint: 'no further model is asked' },
      { value: 'stop', label: 'Stop', hint: 'your tree is as it was; mm resume goes on later' },
    ],
    fresh: true,
    onEscape: 'finishes with what is there',
  });
  if ('cancelled' in answer) return { decision: answer.by === 'escape' ? 'finish' : 'interrupt' };
  if (answer.answered !== 'more') return { decision: answer.answered };
  for (let problem = ''; ; problem = `That is no amount: ${AMOUNT} was expected. `) {
    const typed = await run.prompter.text({ message: `${problem}How much more?`, initial: usual });
    if ('cancelled' in typed) return { decision: typed.by === 'escape' ? 'finish' : 'interrupt' };
    const more = parseAmount(typed.answered);
    if (more !== undefined) return { decision: 'more', more };
  }
}

/**
 * Which models a budget in dollars can't count, as it is told before anything is spent.
 * @param backends those that would be used; null: each call can be counted, or nobody asks for dollars
 */
export function uncounted(
  budget: Budget | null | undefined,
  { prices }: Pick<Recipe, 'prices'>,
  backends: readonly Backend[],
): Failure | null {
  if (!budget || (budget.usd === null && budget.lane_usd === null)) return null;
  const open = (why: Unpriced) => [
    ...new Set(backends.filter((backend) => whyUnpriced(backend, prices) === why).map(({ cli }) => cli)),
  ];
  const [silent, unpriced] = [open('silent'), open('unpriced')];
  return silent.length + unpriced.length === 0 ? null : doctorMessages.uncounted({ silent, unpriced });
}

/** Entries of its prices that are for none of a recipe's backends; null: there are none. */
export function unusedPrices({ prices, slots }: Pick<Recipe, 'prices' | 'slots'>): Failure | null {
  const backends = Object.values(slots).flatMap((slot) => slot.backends);
  const names = Object.keys(prices).filter((name) => !backends.some((backend) => isPriceOf(name, backend)));
  const known = [...new Set(backends.map(({ cli }) => cli))];
  return names.length === 0 ? null : doctorMessages.pricesUnused({ names, known });
}
