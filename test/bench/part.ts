// What one part of the measurements gives back: rows for the table, each with its target where it has one.
import type { Runtime } from '../support/paths.ts';

export interface Row {
  readonly what: string;
  /** Measured values in the order of the part's columns. */
  readonly values: Readonly<Record<string, number | string | null>>;
  /** null: no target. */
  readonly reached: boolean | null;
  readonly target: string;
}

export interface BenchOptions {
  readonly files: readonly number[];
  readonly times: number;
  readonly runtime: Runtime;
  readonly verbose: boolean;
  /** Words before every measured command, e.g. `chrt -r 1` to keep other work on the machine out of the numbers. */
  readonly prefix: readonly string[];
}

export interface Part {
  readonly title: string;
  readonly run: (options: BenchOptions, say: (text: string) => void) => Promise<readonly Row[]>;
}

/** Rounds to what is worth reading. */
export const round = (value: number | null, digits = 2): number | null =>
  value === null ? null : Number(value.toFixed(digits));
