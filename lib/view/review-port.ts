// What the review at the terminal needs from outside: questions, the user's programs, the report, the gates.
import type { Failure } from '../core/failure.ts';
import type { Prompter } from '../core/question.ts';
import type { ReviewRequest } from '../core/review-request.ts';

export interface Version {
  readonly title: string;
  /** null: the file is not there. */
  readonly text: string | null;
  /** Not text: said instead of shown. */
  readonly binary?: boolean;
}

export interface ReviewPort extends Omit<ReviewRequest, 'plan' | 'candidates'> {
  readonly prompter: Prompter;
  /** Shows Markdown above the question. */
  show(markdown: string): void;
  /** How large the terminal is. */
  size(): { readonly columns: number; readonly rows: number };
  /** Git's diff, and the user's difftool and editor, if any. The first version is what the others came from. */
  readonly tools: readonly {
    readonly label: string;
    open(path: string, versions: readonly Version[]): Promise<void>;
  }[];
  /** The user's editor, for a text of several lines to the one that is named; null: there is none. */
  readonly write?: { readonly title: string; open(to: string): Promise<string> } | null;
  openReport(): Promise<void>;
  /** Says why something could not be done; the review goes on. */
  complain(failure: Failure): void;
}
