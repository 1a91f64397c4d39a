// What gates are run on, and how one ended on a tree, as it was seen; what that means is said when it is told
// (gating.ts).
import type { Workspace } from '../candidate/workspaces.ts';
import type { GateRun } from '../evidence/gate-state.ts';
import type { FilesRun } from '../evidence/run-files.ts';

/** What gates are run on. */
export interface Subject {
  /** A candidate's id, `base`, `composite`, `result` … */
  readonly id: string;
  readonly tree: string;
  /** Where the tree lies, ready to be tested; null: it is laid out in a workspace that stands free. */
  readonly workspace: Workspace | null;
  /** The lane whose code it is, with others' tests: it can be tried there, too. */
  readonly codeOf?: string;
  /** Said where it lies elsewhere than in a place of ours: what is seen there holds for that place only. */
  readonly place?: string;
  /** What gates write there is noted down. */
  readonly watch?: boolean;
  /** A failing gate is believed at once. */
  readonly once?: true;
}

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
  /** The host on which that was; absent: here. */
  readonly host?: string;
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
