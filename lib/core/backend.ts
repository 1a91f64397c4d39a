// How a slot's model is run, how what it prints is read, and what its failures mean. Plain data.
import type { Json } from './json.ts';

/** What must hold of a JSON document: dotted path → the values it may have; in texts `*` stands for any characters. */
export type Condition = Readonly<Record<string, readonly Json[]>>;

/** Where a value stands in the JSON that a backend prints. */
export interface Place {
  /** Dotted; `*` sums over every entry. */
  readonly path: string;
  /** Documents (lines) in which it does not hold are passed over; `{}` holds always. */
  readonly where: Condition;
  /** The values of all documents are added up; else the last one counts. */
  readonly sum: boolean;
}

/** How a backend's standard output is to be read; of several places the first that a document has counts. */
export interface OutputFormat {
  /** `text` is the answer as it stands. */
  readonly format: 'text' | 'json' | 'jsonl';
  readonly answer: readonly Place[];
  /** Empty: where errors usually stand, and then only in the answer's own document or where there is no answer. */
  readonly error: readonly Place[];
  readonly input_tokens: readonly Place[];
  readonly output_tokens: readonly Place[];
  readonly cost_usd: readonly Place[];
  /** Of the tokens read, those that came from a cache. */
  readonly cached_tokens: readonly Place[];
  /** Where the id of its session stands. */
  readonly session: readonly Place[];
  /** What of the usage that it reports counts the earlier runs of its session too. */
  readonly thread: readonly ('input_tokens' | 'output_tokens' | 'cached_tokens' | 'cost_usd')[];
  /** Any of these, in the document with the answer or in the final one, says that the answer is an error. */
  readonly failed: readonly Condition[];
  /**
   * After a document that meets any of `where` it has finished: it is ended after `graceMs`, and its exit code does not
   * matter. `where` null: the usual one, with an answer in it. null: it is waited for.
   */
  readonly done: { readonly where: readonly Condition[] | null; readonly graceMs: number } | null;
}

/** One way to run a slot's model. */
export interface Backend {
  /** The command that must be on PATH. */
  readonly cli: string;
  /** Whose service it uses: lanes of one vendor start apart. */
  readonly vendor: string;
  /** As `permissions` asks for it. */
  readonly run: readonly string[];
  /** The argument vector for steps that only ask (`read_only: true`); null: `run`; false: it takes no such step. */
  readonly readOnly: readonly string[] | null | false;
  /** The argument vector for steps that make pieces fit, where `permissions` allows it; `run` where absent. */
  readonly mend: readonly string[] | null;
  /** The argument vector for steps that need no more than to read files; `readOnly` where absent. */
  readonly reading: readonly string[] | null;
  /** The argument vector for steps that compare candidates, all of which is in the prompt; `readOnly` where absent. */
  readonly judge: readonly string[] | null;
  /** The arguments that hold its answer to a JSON Schema: in the place of `${answer_schema}` in its lines. */
  readonly answerSchema: readonly string[];
  /** The text for standard input, null: closed. */
  readonly stdin: string | null;
  readonly env: { readonly pass: readonly string[]; readonly set: Readonly<Record<string, string>> };
  /** File name → text: written into the session's folder for it to read. */
  readonly settings: Readonly<Record<string, string>>;
  /** A prefix command, e.g. a sandbox. */
  readonly via: readonly string[];
  readonly install: string | null;
  /** Where its login can be seen without asking its vendor; all empty: nowhere. */
  readonly login: { readonly env: readonly string[]; readonly files: readonly string[]; readonly how: string | null };
  readonly output: OutputFormat;
  /** The argument vector that goes on with a session, `${attempt.session}`, as `permissions` asks for; null: none. */
  readonly resume: readonly string[] | null;
  /** Arguments that have it stop by itself at `${attempt.budget_usd}`; null: it does not know how. */
  readonly cap: readonly string[] | null;
  readonly permissions: 'full' | 'workspace';
  /** What `run` may do, in words; null: nothing is said. */
  readonly allows: string | null;
  /**
   * The version of the CLI that its lines were tried with; null: they are from its documentation, or the user's own.
   */
  readonly measured: string | null;
  /** The options in its lines, and where they are written. */
  readonly flags: readonly Flag[];
  /** Options that its help does not list, though they work. */
  readonly unlisted: readonly string[];
}

/** An option in one of a backend's lines. */
export interface Flag {
  readonly flag: string;
  /** The program and its subcommands, as they stand in front of the options. */
  readonly command: readonly string[];
  /** `file:line`. */
  readonly place: string;
}

export type FailureClass =
  | 'timeout'
  | 'rate-limit'
  | 'quota'
  | 'budget'
  | 'auth'
  | 'api'
  | 'crash'
  | 'empty'
  | 'no-session'
  | 'stalled'
  | 'lost'
  | 'not-found'
  | 'superseded'
  | 'interrupted';

/** First match wins. Every condition that is present must hold. */
export interface FailureRule {
  /** `ok`: what would be a failure counts as a success. */
  readonly class: FailureClass | 'ok';
  /** A regular expression looked for on both output streams, case-insensitively. */
  readonly output: string | null;
  readonly exit: readonly number[] | null;
  readonly retry: {
    readonly times: number;
    readonly afterMs: number;
    readonly timeoutFactor: number;
    /** What it is told where it goes on with its session, on what it has made; null: it always begins anew. */
    readonly resume: string | null;
  } | null;
  /** `backend`: go on with the slot's next backend. */
  readonly next: 'backend' | null;
  /** A question put to the user when the retries are used up: run once more with a higher timeout? */
  readonly ask: string | null;
}
