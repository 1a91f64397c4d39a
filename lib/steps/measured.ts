// How a gate ended on a tree, as it was seen; what it means is said when it is told (gating.ts).
import type { GateRun } from '../evidence/gate-state.ts';
import type { FilesRun } from '../evidence/run-files.ts';

/** One run of a gate, with the session-relative path of its output. */
export interface SeenRun extends GateRun {
  readonly file: string;
  /** Why nobody knows how it ended: it was lost with its host. */
  readonly lost?: string;
}

/** What was seen of one gate on one tree: its run, and a second one where the first failed. */
export interface Measured {
  readonly first: SeenRun;
  readonly rerun: SeenRun | null;
  readonly elapsedMs: number;
}

/** What gates have shown in a run, and how far that has got. */
export class Tested {
  /** What gates showed, by tree and command: a tree is not tested twice. */
  readonly measured = new Map<string, Promise<Measured>>();
  /** How the gates ended on the untouched base. */
  readonly baseRuns = new Map<string, GateRun>();
  /** What gates themselves write, as far as it was seen. */
  readonly writtenByGates = new Set<string>();
  /** With which command an author's tests run on others' code, by the author's tree and gate; null: the whole gate. */
  readonly crossCommands = new Map<string, Promise<FilesRun | null>>();
  /** Whether the gates have been tried on spoilt sources, and what came of it told. */
  readonly canary = { done: false, settled: false };
  /** How many candidates are tested just now. */
  running = 0;
  /** Aborted when nobody needs to know how the gates end on the base. */
  baseNotNeeded = new AbortController();
}
