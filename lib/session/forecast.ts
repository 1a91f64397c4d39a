// What a run will probably take, by earlier ones of the same recipe here; and from when on a call is unusually long.
// Pure.
import { percentile } from '../core/percentile.ts';
import type { Forecast, Range } from '../core/statistics.ts';
import type { Digest } from './digest.ts';

/** Fewer say nothing. */
const FEWEST_RUNS = 3;
const FEWEST_CALLS = 5;
/** From so many runs on a few outliers are left out at both ends. */
const MANY = 10;

/** Of completed runs; null: there are too few. */
export function forecastOf(sessions: readonly Digest[], command: string): Forecast | null {
  const alike = sessions.filter((each) => each.command === command && each.status === 'completed');
  const times = alike.flatMap(({ workedMs }) => (workedMs === null ? [] : [workedMs]));
  const costs = alike.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  const ms = rangeOf(times);
  return ms && { runs: times.length, ms, costUsd: rangeOf(costs) };
}

function rangeOf(values: readonly number[]): Range | null {
  if (values.length < FEWEST_RUNS) return null;
  const [low, high] = values.length < MANY ? [0, 100] : [10, 90];
  return { from: percentile(values, low)!, to: percentile(values, high)! };
}

/** After how many milliseconds a call is unusually long; undefined: too little is known of such calls. */
export type Usual = (call: {
  readonly slot: string;
  readonly backend: string;
  readonly step: string;
}) => number | undefined;

/** The 95th percentile of what calls of the same slot, backend and step took that ended well. */
export function usualOf(sessions: readonly Digest[]): Usual {
  const keyOf = (slot: string, backend: string, step: string) => JSON.stringify([slot, backend, step]);
  const times = new Map<string, number[]>();
  for (const { slot, backend, step, ok, elapsedMs } of sessions.flatMap(({ calls }) => calls)) {
    if (!ok || elapsedMs === null) continue;
    const key = keyOf(slot, backend, step);
    times.set(key, [...(times.get(key) ?? []), elapsedMs]);
  }
  return ({ slot, backend, step }) => {
    const known = times.get(keyOf(slot, backend, step)) ?? [];
    return known.length < FEWEST_CALLS ? undefined : percentile(known, 95)!;
  };
}
