// What the review at the terminal needs from outside: questions, the user's programs, the report, the gates.
import type { Pick, Plan } from '../core/candidate.ts';
import type { Failure, Result } from '../core/failure.ts';
import type { Prompter } from '../core/question.ts';

export interface Version {
  readonly title: string;
  /** null: the file is not there. */
  readonly text: string | null;
  /** Not text: said instead of shown. */
  readonly binary?: boolean;
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

export interface ReviewPort {
  readonly prompter: Prompter;
  /** No further pass can be begun. */
  readonly onePass?: boolean;
  /** Where what is accepted goes, if not into the working tree. */
  readonly into?: string;
  /** Sets of files that come from one hand: who takes one takes all of a set. */
  readonly together: readonly (readonly string[])[];
  /** Shows Markdown above the question. */
  show(markdown: string): void;
  /** A file of a candidate, of the `base`, or of the `plan` as it was proposed. */
  version(path: string, id: string): Promise<Omit<Version, 'title'>>;
  /** A file in hunks, with what the pick has in each; or why it is taken or left as a whole. */
  hunks(path: string, pick: Pick): Promise<ShownHunks | { readonly why: string }>;
  /** Keeps what is chosen so far in place of the plan, so that it is not lost; null: the plan, after all. */
  chosen(files: readonly Pick[] | null): void;
  /** How large the terminal is. */
  size(): { readonly columns: number; readonly rows: number };
  /** Said of the plan before the first question: what the user chose, and how its gates ended. */
  readonly said?: string | null;
  /** Git's diff, and the user's difftool and editor, if any. The first version is what the others came from. */
  readonly tools: readonly {
    readonly label: string;
    open(path: string, versions: readonly Version[]): Promise<void>;
  }[];
  /** The user's editor, for a text of several lines to the one that is named; null: there is none. */
  readonly write?: { readonly title: string; open(to: string): Promise<string> } | null;
  openReport(): Promise<void>;
  /** Puts the changed picks together and runs the gates on them. `said`: Markdown about how they ended. */
  regate(picks: readonly Pick[]): Promise<Result<{ readonly plan: Plan; readonly said: string }>>;
  /** Says why something could not be done; the review goes on. */
  complain(failure: Failure): void;
}
