// What each step took, and its share of all tokens.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../../lib/core/model-event.ts';
import { unknownUsage, usageByStep } from '../../../lib/view/usage-by-step.ts';

const start = (step: string, tokens: number | null) => {
  const usage = tokens === null ? null : { input_tokens: tokens - 10, output_tokens: 10, cost_usd: null };
  const attempt = { backend: 'x', exit_code: 0, signal: null, elapsed_ms: 60_000, failure: null, usage } as Attempt;
  return { step, attempt };
};

test('a row per step, with its share of what is known; what is not is said, and never counted as nothing', () => {
  const starts = [start('implement', 6000), start('implement', null), start('compare', 2000), start('ask', null)];
  const { rows } = usageByStep(starts);
  assert.equal(
    rows.map(({ cells }) => cells.map(([piece]) => piece)),
    [
      ['implement', '2', '2:00', '5,990', '10', '—', '75 %'],
      ['compare', '1', '1:00', '1,990', '10', '—', '25 %'],
      ['ask', '1', '1:00', '—', '—', '—', '—'],
    ],
  );
  assert.is(
    unknownUsage(starts),
    '2 of 4 starts did not tell their tokens (implement, ask): they are in none of these figures.',
  );
  assert.is(unknownUsage([start('a', 20)]), '');
});

test.run();
