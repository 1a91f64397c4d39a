// How a gate ended on a tree, as it was seen; what it means is said when it is told (gating.ts).
import type { GateRun } from '../evidence/gate-state.ts';

/** One run of a gate, with the session-relative path of its output. */
export interface SeenRun extends GateRun {
  readonly file: string;
}

/** What was seen of one gate on one tree: its run, and a second one where the first failed. */
export interface Measured {
  readonly first: SeenRun;
  readonly rerun: SeenRun | null;
  readonly elapsedMs: number;
}

/**
 * `exactly`: nothing else. `packages`: also packages that its model installed, and it changed the manifest or lock file
 * that asks for them; a place prepared for the base would lack them, so this one is nearer to the candidate. `more`:
 * anything.
 */
export type Holds = 'exactly' | 'packages' | 'more';
