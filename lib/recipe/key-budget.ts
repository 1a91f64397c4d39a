// `budget:` and `prices:`: what a run may spend, and what tokens cost.
import { type Budget, LEAST_AMOUNT, type Price, withAmount } from '../core/budget.ts';
import type { JsonSchema } from '../core/json.ts';
import { PRICED_PATTERN } from './patterns.ts';
import { named, object, type Properties } from './schema-parts.ts';
import type { Tree } from './tree.ts';
import { alike, mapped, shaped, valueOr, wordOr } from './values.ts';

const amount = (description: string): JsonSchema => ({ type: 'number', minimum: LEAST_AMOUNT, description });
const price = (description: string): JsonSchema => ({ type: 'number', minimum: 0, description });

export const budgetParts: Properties = {
  budget: object(
    {
      usd: amount('Dollars for the whole run.'),
      minutes: amount('Minutes for the whole run, without those in which a question waits for its answer.'),
      lane_usd: amount('Dollars for the calls of one lane in one pass.'),
      lane_minutes: amount('Minutes for the calls of one lane in one pass: a call that reaches it is ended.'),
      over: {
        enum: ['ask', 'stop'],
        description:
          'When `usd` or `minutes` is reached: `ask` at a terminal (where it is left out), or `stop`: ' +
          'finish with what is there, as it is done without a terminal.',
      },
    },
    [],
    'What a run may spend. Reached, no further call of a model begins; those that run go on.',
  ),
  prices: named(
    object(
      {
        in: price('Tokens read.'),
        cached: price('Of those the ones that came from a cache; as `in` where it is left out.'),
        out: price('Tokens written.'),
      },
      ['in', 'out'],
      'Dollars per million tokens.',
    ),
    'What tokens cost, for CLIs that tell tokens and no price: by `cli`, or by `cli/model`, which goes first.',
    PRICED_PATTERN,
  ),
};

const written = shaped<Budget>({
  ...alike(valueOr<number | null>(null), 'usd', 'minutes', 'lane_usd', 'lane_minutes'),
  over: wordOr('stop', 'ask'),
});

export const budgetOf = (tree: Tree | undefined): Budget | null => withAmount(written(tree), null);

export const pricesOf = mapped(shaped<Price>({ in: valueOr(0), cached: valueOr(null), out: valueOr(0) }));
