// One mistake in a file, with its place. All mistakes of a file are told at once; drawing them is view/'s business.

export interface Diagnostic {
  readonly file: string;
  /** Counted from 1, columns in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** How many characters the caret line underlines, at least 1. */
  readonly length: number;
  /** The faulty line of the file, without its line end. */
  readonly source: string;
  readonly message: string;
  /** The nearest right word or what was expected. */
  readonly hint?: string;
}
