// Durations as recipes and people write them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DURATION_PATTERN, formatClock, formatLimit, parseDuration } from '../../lib/core/duration.ts';

test('reads seconds, units and none', () => {
  const cases: [string | number, number | null | undefined][] = [
    [1200, 1_200_000],
    ['1200', 1_200_000],
    ['1200s', 1_200_000],
    ['20m', 1_200_000],
    ['1h', 3_600_000],
    ['500ms', 500],
    ['1.5m', 90_000],
    [' 2S ', 2000],
    [0.5, 500],
    ['none', null],
    ['None', null],
    ['', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['5 parsecs', undefined],
    ['1d', undefined],
    ['1e3', undefined],
    ['NaN', undefined],
  ];
  for (const [written, milliseconds] of cases) assert.is(parseDuration(written), milliseconds, JSON.stringify(written));
});

test('the pattern accepts what can be read', () => {
  const pattern = new RegExp(DURATION_PATTERN);
  for (const written of ['1', '1s', '2.5m', '10ms', 'none']) assert.match(written, pattern);
  for (const written of ['', 's', '1 s', '1.s', '-1', 'nonesuch', '1s2']) assert.not.match(written, pattern);
});

test('shows clocks and limits', () => {
  assert.is(formatClock(83_000), '1:23');
  assert.is(formatClock(3_723_999), '1:02:03');
  assert.is(formatClock(-5), '0:00');
  assert.is(formatLimit(1_200_000), '1200s');
  assert.is(formatLimit(1500), '1.5s');
  assert.is(formatLimit(null), 'none');
});

test.run();
