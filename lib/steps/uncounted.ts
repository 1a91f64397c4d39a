// Which models a budget in dollars can't count, and prices that nobody needs, as it is told before anything is spent.

import type { Backend } from '../core/backend.ts';
import type { Budget } from '../core/budget.ts';
import type { Failure } from '../core/failure.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { isPriceOf, type Unpriced, whyUnpriced } from '../model/price.ts';

/** @param backends those that would be used; null: each call can be counted, or nobody asks for dollars */
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
