// How each slot and backend did in earlier sessions: a fold of their digests. Pure.
import { median, percentile } from '../core/percentile.ts';
import type { SlotStatistics, Sum } from '../core/statistics.ts';
import type { Call, Digest, LaneRun } from './digest.ts';

/** A row for each slot and backend, by name; those that were only asked beside their lane come too. */
export function statisticsOf(sessions: readonly Digest[]): readonly SlotStatistics[] {
  const rows = new Map<string, { slot: string; backend: string; runs: LaneRun[]; calls: Call[] }>();
  const rowOf = ({ slot, backend }: { slot: string; backend: string }) => {
    const key = JSON.stringify([slot, backend]);
    const row = rows.get(key) ?? { slot, backend, runs: [], calls: [] };
    rows.set(key, row);
    return row;
  };
  for (const { runs, calls } of sessions) {
    for (const run of runs) rowOf(run).runs.push(run);
    for (const call of calls) rowOf(call).calls.push(call);
  }
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => statisticsOfOne(row));
}

function statisticsOfOne(row: { slot: string; backend: string; runs: LaneRun[]; calls: Call[] }): SlotStatistics {
  const { slot, backend, runs, calls } = row;
  const times = runs.flatMap(({ finished, elapsedMs }) => (finished && elapsedMs !== null ? [elapsedMs] : []));
  return {
    slot,
    backend,
    runs: runs.length,
    finished: runs.filter(({ finished }) => finished).length,
    gatesPassed: runs.reduce((sum, { gatesPassed }) => sum + gatesPassed, 0),
    gatesRun: runs.reduce((sum, { gatesRun }) => sum + gatesRun, 0),
    taken: sumOf(runs.map(({ taken }) => taken)),
    userTook: sumOf(runs.map(({ userTook }) => userTook)),
    userDropped: sumOf(runs.map(({ userDropped }) => userDropped)),
    medianMs: median(times),
    p95Ms: percentile(times, 95),
    calls: calls.length,
    tokens: sumOf(calls.map(({ tokens }) => tokens)),
    costUsd: sumOf(calls.map(({ costUsd }) => costUsd)),
  };
}

function sumOf(values: readonly (number | null)[]): Sum {
  const known = values.filter((value): value is number => value !== null);
  return {
    total: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
    unknown: values.length - known.length,
  };
}
