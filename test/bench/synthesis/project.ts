// What a small project of the benchmark is made of: its files before and after the task, the faults that a model may make
// in each file, and the tests that people would write. Data only.

/** A test: one or more statements with `assert` and the project's exported names in scope. */
export interface Case {
  readonly name: string;
  readonly code: string;
}

/** A mistake in one file, as edits of the right version. */
export interface Fault {
  readonly name: string;
  readonly edits: readonly (readonly [find: string, replace: string])[];
  /** What the author of this mistake believes to be right: a test that passes with the mistake and fails without. */
  readonly belief?: Case;
}

export interface SourceFile {
  /** Before the task; null: the file is new. */
  readonly base: string | null;
  readonly right: string;
  readonly exports: readonly string[];
  readonly faults: readonly Fault[];
  /** Tests that the project has before the task; they pass on the base and on the right version. */
  readonly existing: readonly Case[];
  /** Tests that a careful author might write for the task. */
  readonly likely: readonly Case[];
  /** Tests of corner cases: fewer authors think of them. */
  readonly corners: readonly Case[];
  /**
   * Held-out tests, which nobody but the benchmark has: expressions, on inputs that no other test uses, that must give what
   * they give with the right version.
   */
  readonly heldOut: readonly string[];
}

export interface Project {
  readonly name: string;
  /** Sources by path; `src/index.js` is made from their exports. */
  readonly files: Readonly<Record<string, SourceFile>>;
}
