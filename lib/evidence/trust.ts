// How far a slot is to be trusted, by what became of its work in earlier runs. Drawn towards equal where there is
// little to go by: one lucky run says nothing. Pure.

/** What a slot did in one earlier run, beside others. */
export interface PastWork {
  readonly slot: string;
  /** All required gates passed on it. */
  readonly passed: boolean;
  /** The share of the accepted files that came from it, 0 to 1; null where the user accepted nothing. */
  readonly taken: number | null;
}

/** So many runs of no difference stand before the first one. */
const PRIOR_RUNS = 8;

/**
 * For each slot by how much its work did better (above 0) or worse than that of the slots beside it.
 * @param runs earlier runs, each with the slots that took part; those with one slot say nothing
 */
export function trust(runs: readonly (readonly PastWork[])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { lead: number; runs: number }>();
  for (const works of runs) {
    if (works.length < 2) continue;
    const scoreOf = ({ passed, taken }: PastWork) => Number(passed) + (taken ?? 0);
    const mean = works.reduce((sum, work) => sum + scoreOf(work), 0) / works.length;
    for (const work of works) {
      const sum = sums.get(work.slot) ?? { lead: 0, runs: 0 };
      sums.set(work.slot, { lead: sum.lead + scoreOf(work) - mean, runs: sum.runs + 1 });
    }
  }
  return new Map([...sums].map(([slot, { lead, runs: n }]) => [slot, lead / (n + PRIOR_RUNS)]));
}
