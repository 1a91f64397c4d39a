// A whole candidate or a mix that was looked at, with what came of it. Data only.

import type { Evidence } from './evidence.ts';
import type { Selection } from './selection.ts';

/** A whole candidate or a mix, with what was found out about it. */
export interface Attempt {
  readonly selection: Selection;
  readonly tree: string;
  readonly evidence: Evidence;
  /** The candidate whose tree it is, null for a mix. */
  readonly whole: string | null;
  /**
   * It may be proposed: no gate and nobody's trusted tests do worse than with the best whole candidate, and it earns
   * its place.
   */
  readonly accepted: boolean;
  /** What it does better, or worse. */
  readonly why: string;
}
