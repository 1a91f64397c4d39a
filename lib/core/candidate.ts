// What a model made, as data: a git tree, and how it differs from the base.
import type { GateState } from './gate-states.ts';
import type { Json } from './json.ts';

export * from './tree-ids.mjs';

/** A tree as the recipe hands it on: whose it is, and git's id of it. (A type: plain data.) */
export type NamedTree = { readonly id: string; readonly tree: string };

export const isTree = (value: Json | undefined): value is NamedTree =>
  typeof value === 'object' && value !== null && 'tree' in value && typeof value.tree === 'string' && 'id' in value;

export type ChangeKind = 'added' | 'modified' | 'deleted' | 'type-changed';

/** One path that differs between two trees. */
export interface Change {
  /** Repository-relative, `/` between parts, as git has it. */
  readonly path: string;
  readonly kind: ChangeKind;
  /** Git's mode and object id before (null: was not there) and after (null: is not there any more). */
  readonly before: { readonly mode: string; readonly oid: string } | null;
  readonly after: { readonly mode: string; readonly oid: string } | null;
  /** The path it was renamed from, where git sees a rename; that path is a `deleted` change of its own. */
  readonly renamedFrom: string | null;
  readonly binary: boolean;
  readonly addedLines: number;
  readonly deletedLines: number;
  /** One of the two contents was never fetched into this clone: its lines can't be counted, nor merged. */
  readonly uncounted?: true;
}

/** Someone's work that can be chosen from. */
export interface Candidate extends NamedTree {
  /** A slot's id, or `earlier`: what the pass before put together. */
  readonly id: string;
  /** What it did to each path that it changed. */
  readonly changes: ReadonlyMap<string, Change>;
}

/** What a tree cannot hold, told beside it: nothing a model did is left unsaid. */
export interface SideEntry {
  readonly path: string;
  readonly what:
    | 'ignored'
    | 'empty-folder'
    | 'special-file'
    | 'submodule'
    | 'embedded-repository'
    | 'newly-ignored'
    | 'unreadable';
  /** Where a copy of it lies, relative to the session; absent where none was made (too large, or nothing to copy). */
  readonly kept?: string;
}

/** Whose work it is that no model of ours has made. (A type: plain data.) For people: judges never see it. */
export type MadeBy = {
  /** Such as `ref origin/feature`. */
  readonly from: string;
  /** As the change itself names its author; null: it names none. */
  readonly author: string | null;
  /** Whom and what it credits beside its author, such as the tool that made it; absent in older sessions. */
  readonly credits?: readonly string[];
};

/** How one gate ended on one tree. */
export interface GateResult {
  readonly gate: string;
  readonly state: GateState;
  readonly tree: string;
  readonly exitCode: number | null;
  readonly elapsedMs: number;
  /** Session-relative path of its output. */
  readonly output: string | null;
  /** How many tests passed and failed, where its output tells. */
  readonly counts: { readonly passed: number; readonly failed: number } | null;
  /** First lines of what it said when it failed. */
  readonly excerpt: string;
  /** The host of the recipe on which it ran; absent: on this machine. */
  readonly host?: string;
}

/** How one's tests ended on another's code. (A type: plain data.) */
export type CrossGate = {
  readonly tests_of: string;
  readonly code_of: string;
  /** The code's tree: a combination may be put together more than once. */
  readonly tree: string;
  /** Names of failing tests, the first ones, where the output tells. */
  readonly failing: readonly string[];
  readonly state: GateState;
  readonly counts: GateResult['counts'];
};

/** What decided where a file comes from. `size` is in the records of 0.1.0 only. */
type PickedBy =
  | 'only'
  | 'gates'
  | 'cross-gates'
  | 'judge'
  | 'group'
  | 'files'
  | 'likeness'
  | 'trust'
  | 'equal'
  | 'size'
  | 'user';

/** A file of the plan. */
export interface Pick {
  readonly path: string;
  /** A candidate's id, `base` (left as it was), or several joined by `+` where hunks were combined. */
  readonly from: string;
  readonly action: 'write' | 'delete';
  readonly why: string;
  /** What decided. */
  readonly by: PickedBy;
  /** 0 to 1. */
  readonly confidence: number;
  /** What was put together of the hunks that the user chose; absent: the file is as `from` has it. */
  readonly entry?: { readonly mode: string; readonly oid: string };
}

/** A test written to tell candidates apart that does, and what it showed. (A type: plain data.) */
export type DistinguishingTest = {
  /** As the runner names it; null where it names none: all of them together. */
  readonly name: string | null;
  /** Candidates on whose code it fails, and passes. */
  readonly fails: readonly string[];
  readonly passes: readonly string[];
  /** On the untouched base; null where it did not run there. */
  readonly base: 'pass' | 'fail' | null;
};

/** A test that only its author's code passes, by the name that the runner printed. */
export interface DoubtfulTest {
  readonly tests_of: string;
  readonly test: string;
}

export interface Plan {
  readonly files: readonly Pick[];
  readonly decided_by: 'judge' | 'evidence' | 'user';
  /** The composite's tree; equals a candidate's when one candidate was taken whole. */
  readonly tree: string;
  /** The candidate taken whole, or null for a mix. */
  readonly whole: string | null;
  /** Sentences: why it is what it is (fallbacks, repairs, undecided files). */
  readonly notes: readonly string[];
  readonly undecided: readonly string[];
  /** The tree that was reviewed, where the user chose otherwise: this plan stands in its place. */
  readonly instead_of?: string;
  /** The primary has had its turn at making the pieces fit. */
  readonly integrated: boolean;
  /** Its last turn made nothing better. */
  readonly stuck?: boolean;
  /** The gates that ran on `tree`: with none, nothing is proven by a plan that says `proven`. */
  readonly proven_by?: readonly string[];
  /** All required gates passed on `tree`. */
  readonly proven: boolean;
  /** Required gates that could not be run on `tree`: they neither passed nor failed. */
  readonly unmeasured?: readonly string[];
  /** Tests that fail against every candidate but their own author's: they decide nothing. */
  readonly doubtful?: readonly DoubtfulTest[];
  /** Sets of changed files that come from one hand: none of them is taken hunk by hunk. */
  readonly together?: readonly (readonly string[])[];
  /** Gates that passed nowhere, on the untouched base neither: it may be the gate that is broken. */
  readonly indicted?: readonly string[];
}
