// What one run used, of a CLI that reports the whole thread: earlier runs that went on with the same session are
// subtracted. Reads no output.
import type { Attempt, Usage } from '../core/event.ts';

/** @param earlier attempts of the same recipe run, whatever their session */
export function usageOfRun(
  { usage, session }: Pick<Attempt, 'usage' | 'session'>,
  earlier: readonly Attempt[],
): Usage | null {
  if (usage === null || !session) return usage;
  const before = earlier.filter((attempt) => attempt.session === session);
  const own = (key: keyof Usage): number | null => {
    const total = usage[key];
    if (total === null) return null;
    return Math.max(
      0,
      before.reduce((rest, attempt) => rest - (attempt.usage?.[key] ?? 0), total),
    );
  };
  return { input_tokens: own('input_tokens'), output_tokens: own('output_tokens'), cost_usd: own('cost_usd') };
}
