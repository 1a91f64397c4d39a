// What one run used, of a CLI that reports the whole thread: earlier runs that went on with the same session are
// subtracted. Reads no output.

import type { OutputFormat } from '../core/backend.ts';
import type { Attempt, Usage } from '../core/model-event.ts';

/**
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
