// How a gate ended on a tree, as it was seen; what it means is said when it is told (gating.ts).
import type { GateRun } from '../evidence/gate-state.ts';

/** What was seen of one gate on one tree. */
export interface Measured {
  readonly first: GateRun;
  readonly rerun: GateRun | null;
  readonly elapsedMs: number;
  /** Session-relative path of the output that counts. */
  readonly output: string;
}
