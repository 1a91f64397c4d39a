// What the review at the terminal is given and gives back, however it is drawn.
import type { Pick, Plan } from '../core/candidate.ts';
import type { Result } from '../core/failure.ts';

/** A file in its hunks. */
export interface ReviewedHunks {
  readonly hunks: readonly {
    readonly line: number;
    readonly count: number;
    readonly versions: readonly { readonly by: readonly string[]; readonly text: string }[];
    readonly before: string;
    readonly after: string;
  }[];
  readonly taken: readonly number[];
  readonly take: (taken: readonly number[]) => Promise<Pick>;
}

interface ReviewRequest {
  readonly plan: Plan;
  readonly candidates: readonly {
    readonly id: string;
    readonly title: string;
    readonly files: Readonly<Record<string, Pick['action']>>;
    readonly hint?: string;
    /** Its model can be told what to change. */
    readonly revisable?: boolean;
  }[];
  /** The recipe has no rounds: there can be no further one. */
  readonly onePass: boolean;
  /** Where what is accepted goes, if not into the working tree. */
  readonly into?: string;
  /** Sets of files that come from one hand: who takes one takes all of a set. */
  readonly together: readonly (readonly string[])[];
  /** A file of a candidate, of the `base`, or of the `plan`; null: not there. */
  readonly version: (path: string, id: string) => Promise<{ readonly text: string | null; readonly binary: boolean }>;
  /** A file in hunks, with what the pick has in each; or why it is taken or left as a whole. */
  readonly hunks: (path: string, pick: Pick) => Promise<ReviewedHunks | { readonly why: string }>;
  /** Keeps what is chosen so far in place of the plan, so that it is not lost; null: the plan, after all. */
  readonly chosen: (files: readonly Pick[] | null) => void;
  /** What the user had chosen before, and how its gates ended, where the plan has come of that. */
  readonly said: string | null;
  /** Puts the changed picks together and runs the gates on them. */
  readonly regate: (picks: readonly Pick[]) => Promise<Result<{ readonly plan: Plan; readonly said: string }>>;
}

export type Reviewer = (request: ReviewRequest) => Promise<{
  readonly decision: 'accept' | 'decline' | 'another-pass' | 'revise' | 'interrupt';
  readonly plan: Plan;
  readonly changed: readonly Pick[];
  /** What is told to whom, where that is the decision. */
  readonly revision?: { readonly slot: string; readonly note: string };
}>;
