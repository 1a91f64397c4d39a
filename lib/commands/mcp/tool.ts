// What a tool of `mm mcp` is: its name and schema, and what it does for one call. Types only.
import type { Result } from '../../core/failure.ts';
import type { Json, JsonSchema } from '../../core/json.ts';

/** What a call gives: words for whoever reads, and the same as data. Both are made harmless before they are sent. */
export interface Answer {
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Whom a call comes from, and where it works. */
export interface Desk {
  /** Nothing outside the repository around it is touched. */
  readonly cwd: string;
  /** Puts a question to the user, by way of the host; null: this host can't. */
  readonly ask: ((question: string) => Promise<'yes' | 'no' | 'unanswered'>) | null;
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

// biome-ignore lint/suspicious/noExplicitAny: each tool's schema says what its arguments are
export type Arguments = any;

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Of an object; what is not in it is refused. */
  readonly input: Readonly<Record<string, JsonSchema & { readonly maxLength?: number }>>;
  readonly required: readonly string[];
  /** Hints for hosts, as the protocol names them. */
  readonly annotations: Readonly<Record<string, boolean>>;
  call(args: Arguments, desk: Desk): Promise<Result<Answer>>;
}

export type Given = Readonly<Record<string, Json>>;

/** How a session is named. */
export const SESSION = {
  type: 'string',
  pattern: '^[0-9A-Za-z][0-9A-Za-z-]{0,99}$',
  description: 'A session id as `run` or `status` gave it, or its beginning where that is unique.',
} as const;
