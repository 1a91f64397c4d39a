// What a run of a backend cost by the recipe's table, where it told its tokens and no price. Knows no price itself.

import type { Backend } from '../core/backend.ts';
import { costOf, type Price } from '../core/budget.ts';
import type { Usage } from '../core/model-event.ts';

type Prices = Readonly<Record<string, Price>>;

/** The usage with its price, as far as one can be known. */
export function withPrice(usage: Usage | null, backend: Backend, prices: Prices): Usage | null {
  const price = priceFor(backend, prices);
  if (usage === null || usage.cost_usd !== null || price === null) return usage;
  return { ...usage, cost_usd: costOf(usage, price) };
}

/** Why no call of a backend can have a price: it tells nothing, or only tokens, which the table does not price. */
export type Unpriced = 'silent' | 'unpriced';

/** null: it can. */
export function whyUnpriced(backend: Backend, prices: Prices): Unpriced | null {
  const { input_tokens, output_tokens, cost_usd } = backend.output;
  if (cost_usd.length > 0) return null;
  if (input_tokens.length === 0 || output_tokens.length === 0) return 'silent';
  return priceFor(backend, prices) === null ? 'unpriced' : null;
}

/** The first entry for the backend; those that name its model go before those that name the CLI alone. */
export function priceFor(backend: Backend, prices: Prices): Price | null {
  const entries = Object.entries(prices).filter(([name]) => isPriceOf(name, backend));
  return (entries.find(([name]) => name.includes('/')) ?? entries[0])?.[1] ?? null;
}

/** Whether `cli`, or `cli/model` with an argument of its command (`*`: any characters), is this backend. */
export function isPriceOf(name: string, { cli, run }: Pick<Backend, 'cli' | 'run'>): boolean {
  const [, named, model] = /^([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
  if (named !== cli || model === undefined) return named === cli;
  const pattern = model.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const is = new RegExp(`^(?:--?[\\w-]+=)?${pattern}$`);
  return run.some((argument) => is.test(argument));
}
