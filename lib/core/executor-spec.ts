// What the recipe language must know of an executor. How it runs is steps/' business (steps/executor.ts).
import type { JsonSchema } from './json.ts';
import type { Wording } from './messages/wording.ts';

/**
 * What a name stands for. `safe`: made by us or the user, may go into paths and names; `text`: may carry a model's
 * words, so it goes only where free text goes (recipe rule 4); `slots`: a list of slots, for `for:`, which calls each
 * item `slot`; `list`: any other list, whose items are called `item`; `tree`: a state of files, and `trees`: those that
 * lanes gave, which steps hand on; an object: further names below it.
 */
export type Shape = 'safe' | 'text' | 'slots' | 'list' | 'tree' | 'trees' | { readonly [name: string]: Shape };

/** What a step says in a field, or in `value`; undefined where it says nothing, or no single text. */
export type Said = (field: string) => string | undefined;

export interface ExecutorSpec {
  /** The key that makes a step this executor's. */
  readonly name: string;
  /** One sentence for the reference and for `mm check`. */
  readonly summary: string;
  readonly schema: {
    /** Of the executor key's own value. */
    readonly value: JsonSchema;
    /** Of its further fields. */
    readonly fields?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  /** What `save:` gives a name to; absent: the executor yields nothing. */
  readonly saves?: Shape | ((said: Said) => Shape);
  /** Which of its fields (or `value`) name a template, and of which kind (`any`: prompts first, then reports). */
  readonly templates?: Readonly<Record<string, 'prompts' | 'reports' | 'any'>>;
  /** Which of its fields hold a name that is looked up when the step runs (as `when:` does). */
  readonly lookups?: readonly string[];
  /** Which of its fields (or `value`) name a slot (`primary` is one too). */
  readonly slots?: readonly string[];
  /** Executors of which each must have a step before this one, by what the step says. */
  readonly needs?: (said: Said) => readonly string[];
  /** Executors that need no step of their own where this one stands. */
  readonly stands_for?: readonly string[];
  /** The file of a pass that it makes, and the one that a step before must have made. */
  readonly makes?: (said: Said) => string | undefined;
  readonly reads?: (said: Said) => string | undefined;
  /** Why it can't be as it stands, beyond what its schema says. */
  readonly refuses?: (said: Said) => Wording | null;
  /** How what it says is said now, where it says it as 0.1.0 did. */
  readonly formerly?: (said: Said) => string | null;
  /** Extra names that its templates may use. */
  readonly names?: Readonly<Record<string, Shape>>;
  /** A step as YAML that a test runs and the reference shows. */
  readonly example: string;
}
