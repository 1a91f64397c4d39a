// What the report is made of, as its maker is handed it. Types only: where it comes from is not known here.
import type { Change, Plan } from '../../core/candidate.ts';
import type { Event } from '../../core/events.ts';
import type { SessionRecord } from '../../core/session-record.ts';

/** The trees of a pass that are compared: the base first, then candidates, then what was made of them. */
export interface ComparedPass {
  readonly number: number;
  readonly columns: readonly ComparedTree[];
  readonly plan: Plan | null;
}

export interface ComparedTree {
  readonly id: string;
  /** How it differs from the base; empty for the base itself. */
  readonly changes: readonly Change[];
}

/** The beginning and the end of a text file of the session. */
export interface Excerpt {
  readonly head: string;
  /** Empty where `head` is all of it. */
  readonly tail: string;
  readonly bytes: number;
  /** Bytes between the two. */
  readonly left: number;
}

export interface ReportSource {
  readonly record: SessionRecord;
  readonly events: readonly Event[];
  /** The program's own version. */
  readonly version: string;
  readonly passes: readonly ComparedPass[];
  /** Why the files' contents cannot be shown; null where they can. */
  readonly missing: string | null;
  /** Bytes of contents, by object id. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Contents by their ids, in the same order; never many or large ones at once. */
  readonly read: (oids: readonly string[]) => Promise<readonly Uint8Array[]>;
  /** A file of the session by its path in it, null where there is none. */
  readonly excerpt: (path: string) => Promise<Excerpt | null>;
  /** Paths of the session's files below a folder of it, sorted. */
  readonly list: (folder: string) => Promise<readonly string[]>;
}
