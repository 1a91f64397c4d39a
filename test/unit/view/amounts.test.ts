// Times, money and counts as people say them; the table of statistics within 80 columns.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  forecastLine,
  money,
  moneyRange,
  roughCount,
  roughTime,
  statsLines,
  timeRange,
} from '../../../lib/view/stats-lines.ts';
import { widthOf } from '../../../lib/view/text.ts';

const MIN = 60_000;

test('times, money and counts are said roughly', () => {
  assert.equal([0, 40_000, 89_000, 89_600, 14 * MIN, 150 * MIN, 20 * 60 * MIN].map(roughTime), [
    '1 s',
    '40 s',
    '89 s',
    '1 min',
    '14 min',
    '2.5 h',
    '20 h',
  ]);
  assert.is(timeRange({ from: 6 * MIN, to: 14 * MIN }), '6 to 14 min');
  assert.is(timeRange({ from: 40_000, to: 3 * MIN }), '40 s to 3 min');
  assert.is(timeRange({ from: 6 * MIN, to: 6 * MIN + 1 }), 'about 6 min');
  assert.is(moneyRange({ from: 1.1, to: 2.4 }), '$1.10 to $2.40');
  assert.equal([money(0), money(0.001), money(12)], ['$0.00', '<$0.01', '$12.00']);
  assert.equal([0, 950, 12_340, 999_499, 1_050_000].map(roughCount), ['0', '950', '12.3k', '999k', '1.1M']);
});

test('a forecast is one line', () => {
  const ms = { from: 6 * MIN, to: 14 * MIN };
  const said = forecastLine({ runs: 12, ms, costUsd: { from: 1.1, to: 2.4 } });
  assert.is(said, 'Usually 6 to 14 min and $1.10 to $2.40 here (12 runs).');
  assert.is(forecastLine({ runs: 3, ms, costUsd: null }), 'Usually 6 to 14 min here (3 runs).');
});

test('statistics fit 80 columns; what is unknown is a dash, and what is known in part has a plus', () => {
  const none = { total: null, unknown: 3 };
  const row = {
    slot: 'a-slot-with-a-long-name\u001b[31m',
    backend: 'cursor-agent-x',
    runs: 1234,
    finished: 1200,
    gatesPassed: 4000,
    gatesRun: 4936,
    taken: { total: 12_345, unknown: 0 },
    userTook: { total: 120, unknown: 1 },
    userDropped: { total: 99, unknown: 1 },
    medianMs: 372_000,
    p95Ms: 3_841_000,
    tokens: { total: 123_456_789, unknown: 2 },
    costUsd: { total: 1234.5, unknown: 2 },
  };
  const empty = {
    ...row,
    slot: 'b',
    runs: 0,
    gatesRun: 0,
    taken: none,
    userTook: none,
    userDropped: none,
    medianMs: null,
    p95Ms: null,
    tokens: none,
    costUsd: none,
  };
  const usual = {
    ...row,
    slot: 'gemini',
    backend: 'gemini',
    runs: 50,
    finished: 48,
    gatesPassed: 180,
    gatesRun: 200,
    taken: { total: 420, unknown: 0 },
  };
  const lines = statsLines([usual, empty]);
  assert.ok(
    lines.every((line) => widthOf(line) <= 80),
    lines.join('\n'),
  );
  assert.match(lines[1]!, /^gemini +gemini +48\/50 +90 % +420 +\+120 -99\+ +6:12 +1:04:01 +123M\+ +\$1235\+$/);
  assert.match(lines[2]!, /^b +cursor\S* +– +– +– +– +– +– +– +–$/);
  assert.not.ok(statsLines([row]).join('').includes('\u001b'));
});

test.run();
