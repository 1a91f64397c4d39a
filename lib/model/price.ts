// What a run of a backend used, and what it cost: as it told, else by the recipe's table. Knows no price itself, and
// reads no output.

import type { Backend, OutputFormat } from '../core/backend.ts';
import { costOf, type Price } from '../core/budget.ts';
import type { Attempt, Usage } from '../core/model-event.ts';

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

/**
 * What one run used, of a CLI that reports the whole thread: earlier runs that went on with the same session are
 * subtracted.
 * @param earlier attempts of the same recipe run, whatever their session
 * @param thread what of the usage counts the whole thread
 */
export function usageOfRun(
  { usage, session }: Pick<Attempt, 'usage' | 'session'>,
  earlier: readonly Attempt[],
  thread: OutputFormat['thread'],
): Usage | null {
  if (usage === null || !session || thread.length === 0) return usage;
  const before = earlier.filter((attempt) => attempt.session === session);
  const own = (key: keyof Usage): number | null => {
    const total = usage[key] ?? null;
    if (total === null || !thread.includes(key)) return total;
    const rest = before.reduce((left, attempt) => left - (attempt.usage?.[key] ?? 0), total);
    return rest < 0 ? total : Number(rest.toFixed(9)); // then it has begun to count anew, as some do in another folder
  };
  return {
    input_tokens: own('input_tokens'),
    output_tokens: own('output_tokens'),
    cost_usd: own('cost_usd'),
    ...(usage.cached_tokens === undefined ? {} : { cached_tokens: own('cached_tokens') }),
  };
}
