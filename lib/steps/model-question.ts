// Who is asked what, where, and with what a model goes on. Types only.

import type { Backend } from '../core/backend.ts';
import type { Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Left } from '../core/model-event.ts';
import type { Slot } from '../core/recipe.ts';
import type { FarLane } from '../system/remote/run-far.ts';

/**
 * A slot in this run: the backends that are installed, best first, and the one in use; none where its candidate comes
 * from elsewhere.
 */
export interface Participant {
  readonly slot: Slot;
  readonly backends: readonly Backend[];
  /** Index into `backends`; moves on when one can't log in. */
  current: number;
}

export interface Question {
  readonly participant: Participant;
  readonly prompt: string;
  /** Session file that holds the prompt. */
  readonly promptFile: string;
  /** Names the files of its attempts: `outputs/<name>.md`, `stderr/<name>.txt`. */
  readonly name: string;
  readonly readOnly: boolean;
  /** All that it needs is in the prompt. */
  readonly judging?: boolean;
  /** It needs no more than to read files. */
  readonly reading?: boolean;
  /** The JSON Schema of the answer: some CLIs hold their model to it. */
  readonly schema?: Json;
  /** It makes the work of others fit. */
  readonly mending?: boolean;
  readonly cwd: string;
  /** The lane on another host in which that is. */
  readonly far?: FarLane | undefined;
  /** That place was made by this process: nothing that an earlier one began goes on there. */
  readonly anew?: true;
  /** What the attempt that just ended left where it works, and whether that is something; null: it was only asked. */
  readonly look: () => Promise<Seen | null>;
  /**
   * Puts the place where it works back before another attempt.
   * @param keeps what it has made stays: it goes on with that
   */
  readonly restore: (keeps: boolean) => Promise<void>;
  /** The same where its lane is made anew, on the next host of its slot; absent: there is no other. */
  readonly elsewhere?: (why: string) => Promise<Result<Question>>;
  /** It goes on with an earlier answer of its own; absent: it begins. */
  readonly onward?: Onward;
  /** The tree of its own that it goes on with, with a session or without: its failure leaves that as it was. */
  readonly from?: string;
  /** The tree that it changes in a place of ours: the same words about another tree are another question. */
  readonly tree?: string;
}

/** What is asked, wherever that will be. */
export type Asked = Omit<Question, 'cwd' | 'far' | 'look' | 'restore' | 'elsewhere'>;

interface Seen extends Left {
  readonly changed: boolean;
}

/** How a model goes on with what it has begun: in the session of its CLI. */
export interface Onward {
  /** The backend whose session it is, by its `cli`, and the id of it (see model/answer.ts). */
  readonly cli: string;
  readonly session: string;
  /** What it is told there. */
  readonly text: string;
  /** What lies where it works: one that leaves it so has done nothing. */
  readonly tree: string | null;
}
