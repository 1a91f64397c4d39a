// What is asked and answered at a terminal, as data: between the steps that ask, the prompter that reads the keys
// (system/) and the screen that shows the question (view/), which know nothing of one another.

/** One of several answers. */
export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  /** A few words that explain it. */
  readonly hint?: string;
}

interface Question {
  readonly message: string;
  /** Only keys pressed after the question is on screen count: nothing typed ahead can answer it. */
  readonly fresh?: boolean;
  /** Takes the question away when nobody needs the answer any more. */
  readonly withdrawn?: AbortSignal;
}

export interface SelectQuestion<T> extends Question {
  readonly choices: readonly Choice<T>[];
  /** Index of the choice that is marked first; 0 where absent. */
  readonly initial?: number;
  /** What Esc does, in a word or two; `goes back` where absent. */
  readonly onEscape?: string;
}

export interface ConfirmQuestion extends Question {
  /** What a bare Enter means; no where absent. */
  readonly initial?: boolean;
}

export interface TextQuestion extends Question {
  /** What a bare Enter means. */
  readonly initial?: string;
}

/**
 * `interrupt`: Ctrl-C; `escape`: Esc or Ctrl-D; `end`: there is no terminal, or it went away; `closed`: the program
 * withdrew it.
 */
export type CancelledBy = 'interrupt' | 'escape' | 'end' | 'closed';

export type Answered<T> = { readonly answered: T } | Cancelled;
export interface Cancelled {
  readonly cancelled: true;
  readonly by: CancelledBy;
}

/**
 * Asks one question at a time; those that come meanwhile wait their turn. Never hangs: what can't be answered is
 * cancelled.
 */
export interface Prompter {
  /** Whether there is someone to ask. */
  readonly available: boolean;
  select<T>(question: SelectQuestion<T>): Promise<Answered<T>>;
  confirm(question: ConfirmQuestion): Promise<Answered<boolean>>;
  text(question: TextQuestion): Promise<Answered<string>>;
  /** Cancels the question that waits and all that follow, and gives the terminal back. */
  close(): void;
}

/** A question as it stands right now. */
export type QuestionState =
  | {
      readonly kind: 'select';
      readonly message: string;
      readonly choices: readonly { readonly label: string; readonly hint?: string }[];
      readonly index: number;
      readonly onEscape: string;
    }
  | { readonly kind: 'confirm'; readonly message: string; readonly initial: boolean }
  /** What is typed so far, before and after the caret. */
  | {
      readonly kind: 'text';
      readonly message: string;
      readonly before: string;
      readonly after: string;
      readonly initial: string;
    };

/** Where a question is shown. */
export interface QuestionScreen {
  /** `none`: nobody would see it; `lines`: a terminal that can't be redrawn, so a question is printed once. */
  readonly kind: 'live' | 'lines' | 'none';
  /** Shows the question in place of its last state; null takes it away. */
  draw(question: QuestionState | null): void;
}
