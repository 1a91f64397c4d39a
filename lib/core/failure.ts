// What went wrong, as data: what happened, what to do, and which exit code it leads to.
// Nothing here prints or throws; an exception is a fault of ours and never a Failure.

/** The exit codes that the program promises. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 70 | 130;

/** Something expected that went wrong. */
export interface Failure {
  /** The message's name in the catalogue (`messages/`), stable for scripts and tests. */
  readonly id: string;
  readonly exit: ExitCode;
  /** One or more lines: what happened, with the values concerned. */
  readonly what: string;
  /** What the reader can do about it, a line each; a line that is a command stands alone. */
  readonly remedy: readonly string[];
}

export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const fail = <E>(failure: E): { readonly ok: false; readonly failure: E } => ({ ok: false, failure });

/** The Result of work, also where what was expected to go wrong was thrown from deep below. */
export async function resultOf<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FailureError) return fail(error.failure);
    throw error;
  }
}

/** An expected failure on its way through code that cannot return a Result; caught where the Result is made. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.what);
    this.name = 'FailureError';
    this.failure = failure;
  }
}
