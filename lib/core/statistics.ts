// What earlier sessions have shown, as it is counted and told: of each slot and backend, and of what is to come.

/** A sum of what is known, and of how many nothing is; all unknown: null. */
export interface Sum {
  readonly total: number | null;
  readonly unknown: number;
}

export interface SlotStatistics {
  readonly slot: string;
  readonly backend: string;
  /** How often it did a task in its own lane, and how often that ended well. */
  readonly runs: number;
  readonly finished: number;
  readonly gatesPassed: number;
  readonly gatesRun: number;
  /** Of runs: files in results, and those that the user took or dropped against what was proposed. */
  readonly taken: Sum;
  readonly userTook: Sum;
  readonly userDropped: Sum;
  /** Of runs that ended well. */
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  /** Of all calls, comparing and mending too. */
  readonly calls: number;
  readonly tokens: Sum;
  readonly costUsd: Sum;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Forecast {
  readonly runs: number;
  readonly ms: Range;
  /** null: too few of them told what they cost. */
  readonly costUsd: Range | null;
}
