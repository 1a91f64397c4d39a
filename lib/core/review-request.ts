// The review of a plan: what it is given and what it gives back, however it is drawn. Types only.
import type { Pick, Plan } from './candidate.ts';
import type { Result } from './failure.ts';

export interface ReviewCandidate {
  readonly id: string;
  readonly title: string;
  /** What it did to each path that it changed. */
  readonly files: Readonly<Record<string, Pick['action']>>;
  /** A few words beside its name, e.g. `gates pass`. */
  readonly hint?: string;
  /** Its model can be told what to change. */
  readonly revisable?: boolean;
}

/** A place of a file, and what can be taken there. */
export interface ShownHunk {
  /** The first of its lines in the file as it was, counted from 1, and how many they are. */
  readonly line: number;
  readonly count: number;
  /** First the one that leaves it as it was; `by`: who has it so. */
  readonly versions: readonly { readonly by: readonly string[]; readonly text: string }[];
  /** A few lines around it. */
  readonly before: string;
  readonly after: string;
}

export interface ShownHunks {
  readonly hunks: readonly ShownHunk[];
  /** For each hunk which of its versions the file has now. */
  readonly taken: readonly number[];
  /** The file with others. */
  take(taken: readonly number[]): Promise<Pick>;
}

export interface ReviewRequest {
  readonly plan: Plan;
  readonly candidates: readonly ReviewCandidate[];
  /** The recipe has no rounds: there can be no further one. */
  readonly onePass?: boolean;
  /** Where what is accepted goes, if not into the working tree. */
  readonly into?: string;
  /** Sets of files that come from one hand: who takes one takes all of a set. */
  readonly together: readonly (readonly string[])[];
  /** A file of a candidate, of the `base`, or of the `plan` as it was proposed; null: it is not there. */
  version(path: string, id: string): Promise<{ readonly text: string | null; readonly binary?: boolean }>;
  /** A file in hunks, with what the pick has in each; or why it is taken or left as a whole. */
  hunks(path: string, pick: Pick): Promise<ShownHunks | { readonly why: string }>;
  /** Keeps what is chosen so far in place of the plan, so that it is not lost; null: the plan, after all. */
  chosen(files: readonly Pick[] | null): void;
  /** Said of the plan before the first question: what the user chose, and how its gates ended. */
  readonly said?: string | null;
  /** Puts the changed picks together and runs the gates on them. `said`: Markdown about how they ended. */
  regate(picks: readonly Pick[]): Promise<Result<{ readonly plan: Plan; readonly said: string }>>;
}

export type Decision = 'accept' | 'decline' | 'another-pass' | 'revise' | 'interrupt';

/** What is told to whom. */
export interface RevisionNote {
  readonly slot: string;
  readonly note: string;
}

export interface ReviewResult {
  readonly decision: Decision;
  /** The plan that was decided on, with what the user changed. */
  readonly plan: Plan;
  /** The picks that differ from the plan that was proposed. */
  readonly changed: readonly Pick[];
  /** Where that is the decision. */
  readonly revision?: RevisionNote;
}

export type Reviewer = (request: ReviewRequest) => Promise<ReviewResult>;
