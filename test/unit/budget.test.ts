// What a run may spend: amounts as people write them, prices, the share of a call, and the count that the events make.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  costOf,
  inWords,
  NO_BUDGET,
  parseAmount,
  raised,
  spentOf,
  unknownCalls,
  withAmount,
} from '../../lib/core/budget.ts';
import type { Event } from '../../lib/core/events.ts';
import { emptyRecord, type SessionRecord } from '../../lib/core/session-record.ts';
import { minutesSpent, spend, spentNothing } from '../../lib/core/spent.ts';
import { isPriceOf, priceFor, whyUnpriced } from '../../lib/model/price.ts';
import { outputFormat } from '../../lib/recipe/build-slot.ts';
import type { Run } from '../../lib/steps/run-context.ts';
import { capOf, laneTimeLeft, shareOf } from '../../lib/steps/within-budget.ts';

test('an amount is dollars, a time, or one of each', () => {
  const amounts: Readonly<Record<string, object>> = {
    '5': { usd: 5 },
    '5usd': { usd: 5 },
    '$2.50': { usd: 2.5 },
    '40m': { minutes: 40 },
    '1.5h': { minutes: 90 },
    '5USD, 40min': { usd: 5, minutes: 40 },
    '40m,5': { usd: 5, minutes: 40 },
  };
  for (const [written, amount] of Object.entries(amounts)) assert.equal(parseAmount(written), amount, written);
  for (const written of ['', 'abc', '0', '0m', '-5', '5,6', '5m,6m', '5,', '1e3', 'NaN', '5 usd 40m', '0.001'])
    assert.is(parseAmount(written), undefined, written);
});

test('what is said for a run takes the place of what the recipe says; more is added to what was spent', () => {
  assert.is(withAmount(null, null), null);
  assert.is(withAmount(NO_BUDGET, null), null);
  const budget = withAmount({ ...NO_BUDGET, usd: 5, lane_usd: 2, over: 'stop' }, { usd: 1, minutes: 40 })!;
  assert.equal(budget, { usd: 1, minutes: 40, lane_usd: 2, lane_minutes: null, over: 'stop' });
  assert.is(inWords(budget), '$1.00, 40 min, $2.00 a lane');
  assert.equal(raised(budget, { usd: 1.2, minutes: 3 }, { usd: 0.5, minutes: 10 }), {
    ...budget,
    usd: 1.7,
    minutes: 50,
  });
  const dollars = { ...NO_BUDGET, usd: 5 };
  assert.equal(raised(dollars, { usd: 6, minutes: 3 }, { minutes: 10 }), dollars, 'no limit where there was none');
});

test('what was spent is said with its limits, small ones too, and with what is not known', () => {
  assert.is(spentOf({ usd: 5, minutes: 40 }, { usd: 1.2, minutes: 12.9 }), '$1.20 of $5.00, 12 of 40 min');
  assert.is(spentOf({ usd: null, minutes: 0.5 }, { usd: 9, minutes: 0.12 }), '7.2 of 30 s');
  assert.is(spentOf({ usd: 0.05, minutes: null }, { usd: 0, minutes: 0 }, { a: 2 }), '$0.00 + unknown of $0.0500');
  assert.is(unknownCalls({ unknown: { a: 2, b: 1 } }), '2 calls of a, 1 call of b');
});

test('tokens cost what the table says; what is not told has no price', () => {
  const price = { in: 3, cached: 0.3, out: 15 };
  const tokens = { input_tokens: 1_000_000, output_tokens: 100_000 };
  assert.is(costOf(tokens, price), 4.5);
  assert.is(costOf({ ...tokens, cached_tokens: 500_000 }, price), 3.15);
  assert.is(costOf({ ...tokens, cached_tokens: 500_000 }, { ...price, cached: null }), 4.5);
  assert.is(costOf({ ...tokens, cached_tokens: 9_000_000 }, price), 1.8, 'no more than were read');
  assert.is(costOf({ ...tokens, output_tokens: null }, price), null);
});

test('a price is for a CLI, or for one of its models as its command names it, which goes first', () => {
  const backend = {
    cli: 'one',
    run: ['one', '-m', 'big-2', '--effort=low', '-'],
    output: outputFormat({ format: 'json' }),
  };
  const is = (name: string) => isPriceOf(name, backend);
  assert.equal(['one', 'one/big-2', 'one/big-*', 'one/low', 'one/*'].map(is), [true, true, true, true, true]);
  assert.equal(['two', 'on', 'one/big', 'one/big.2', 'one/ow', 'two/big-2'].map(is), Array(6).fill(false));
  const tokens = { ...backend, output: outputFormat({ format: 'json', input_tokens: 'i', output_tokens: 'o' }) };
  const [all, big] = [
    { in: 1, cached: null, out: 1 },
    { in: 2, cached: null, out: 2 },
  ];
  const full = tokens as never;
  assert.is(priceFor(full, { one: all, 'one/big-*': big }), big);
  assert.is(priceFor(full, { two: all }), null);
  assert.is(whyUnpriced(full, {}), 'unpriced');
  assert.is(whyUnpriced(full, { one: all }), null);
  assert.is(whyUnpriced(backend as never, { one: all }), 'silent');
  assert.is(whyUnpriced({ ...backend, output: outputFormat({ cost_usd: 'c' }) } as never, {}), null);
});

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const call = { pass: 1, lane: 'a', slot: 'a', step: 'implement', attempt: 1, backend: 'one' };
const start = (second: number, rest = {}) => ({ type: 'attempt_start', at: at(second), ...call, ...rest }) as Event;
const end = (second: number, cost: number | null, rest = {}) => {
  const usage = { input_tokens: 1, output_tokens: 1, cost_usd: cost };
  const result = { backend: 'one', exit_code: 0, signal: null, elapsed_ms: 6000, failure: null, usage };
  return { type: 'attempt_end', seq: 0, at: at(second), ...call, why: null, result: { ...result, ...rest } } as Event;
};
const say = (type: string, second: number, rest = {}) => ({ type, at: at(second), ...rest }) as Event;
const after = (...events: readonly Event[]) => events.reduce(spend, spentNothing(at(0)));

test('every call counts once, in its lane and in all; what no one told is unknown, and what could not start is free', () => {
  const spent = after(
    start(0),
    end(6, 0.1),
    start(6),
    end(12, 0.2),
    start(12),
    end(18, null),
    start(18),
    end(18, null, { failure: 'not-found' }),
  );
  assert.equal([spent.usd, spent.minutes, spent.unknown, spent.running], [0.3, 0.3, { one: 1 }, []]);
  assert.equal(spent.lanes, { '1/a': { usd: 0.3, minutes: 0.4 } });
});

test('time counts while nobody is asked, and while the run is at work', () => {
  const asked = after(start(3), say('question', 6), say('note', 20, { level: 'info' }));
  assert.equal([asked.minutes, minutesSpent(asked, Date.parse(at(50)))], [0.1, 0.1]);
  const goingOn = after(
    start(3),
    say('question', 6),
    say('answer', 30, { by: 'user' }),
    say('answer', 33, { by: 'option' }),
  );
  assert.is(minutesSpent(goingOn, Date.parse(at(36))), 0.2);
  // cut off at 6 s while a call ran; what was open was put back at 40 s, and it was gone on with at 50 s
  const resumed = after(
    start(3),
    say('gate_end', 6),
    say('effect_undone', 40),
    say('session_resume', 50),
    start(53),
    end(56, 1),
  );
  assert.equal([resumed.minutes, resumed.unknown, resumed.usd], [0.2, { one: 1 }, 1]);
});

/** As much of a run as is looked at. */
const runWith = (record: Partial<SessionRecord>, attempts: readonly object[] = []) =>
  ({
    record: { ...emptyRecord, ...record },
    participants: new Map(['a', 'b', 'c'].map((id) => [id, {}])),
    attempts,
    isOut: (slot: string) => slot === 'c',
    passRecord: () => ({ models: {} }),
  }) as unknown as Run;

test('the share of a call: what is left, by those that run, lanes that have yet to begin, and itself', () => {
  const budget = { ...NO_BUDGET, usd: 6, lane_usd: 2.5, lane_minutes: 1 };
  const place = (spent: ReturnType<typeof after>, lane: string | null) => ({
    run: runWith({ budget, spent }),
    pass: 1,
    lane,
  });
  assert.is(shareOf({ run: runWith({}), pass: 1, lane: 'a' }), null);
  assert.is(shareOf(place(after(), 'a')), 2.5, 'half of it, but no more than the lane may');
  assert.is(shareOf(place(after(), null)), 2, 'with the two lanes');
  const spent = after(start(0), end(6, 2), start(6));
  assert.is(shareOf(place(spent, 'a')), 0.5, 'what is left of the lane');
  assert.is(shareOf(place(spent, 'b')), 2, 'one that runs, and itself');
  assert.is(laneTimeLeft(place(spent, 'a')), 54_000);
  assert.is(laneTimeLeft(place(spent, null)), null);
});

test('one that counts its whole session is given what that has cost before, too', () => {
  const run = runWith({}, [
    { session: 's', usage: { cost_usd: 0.4 } },
    { session: 'x', usage: { cost_usd: 9 } },
  ]);
  const backend = (usage: string) => ({ output: outputFormat({ usage }) }) as never;
  assert.is(capOf(run, 1, backend('thread-cost'), 's'), 1.4);
  assert.is(capOf(run, 1, backend('run'), 's'), 1);
  assert.is(capOf(run, 1, backend('thread-cost'), null), 1);
  assert.is(capOf(run, null, backend('thread-cost'), 's'), null);
});

test.run();
