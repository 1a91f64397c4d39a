// Percentiles of a few measured numbers, by the nearest rank: always one of the numbers themselves.

/**
 * The smallest of the values that at least `percent` of a hundred of them do not exceed; null where there are none.
 * @param values in any order
 */
export function percentile(values: readonly number[], percent: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1]!;
}

export const median = (values: readonly number[]): number | null => percentile(values, 50);
