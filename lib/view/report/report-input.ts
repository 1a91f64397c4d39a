// What the report is made of, as its maker is handed it. Types only: where it comes from is not known here.
import type { Budget, Spent } from '../../core/budget.ts';
import type { Change, DistinguishingTest, GateResult, GateState, Plan, SideEntry } from '../../core/candidate.ts';
import type { Delivered } from '../../core/delivery.ts';
import type { Event, SessionStatus } from '../../core/event.ts';
import type { Json } from '../../core/json.ts';
import type { Attempt, ModelInfo } from '../../core/model-event.ts';
import type { CrossCell } from '../gate-tables.ts';

/** The part of a session's record that the report shows. */
export interface ReportRecord {
  readonly session_id: string;
  readonly session_dir: string;
  readonly command: string;
  readonly recipe: string;
  readonly repository: string;
  readonly status: SessionStatus;
  readonly branch: string | null;
  readonly ref: string;
  readonly prompt_summary: string;
  readonly pass_count: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly completed_at: string | null;
  readonly models: Readonly<Record<string, ModelInfo>>;
  readonly passes: readonly ReportPass[];
  readonly result: {
    readonly tree: string;
    readonly gates: Readonly<Record<string, GateState>>;
    readonly files: readonly { readonly path: string; readonly from: string }[];
  } | null;
  readonly delivered?: Delivered;
  readonly failure: { readonly what: string; readonly remedy: readonly string[] } | null;
  /** null, or absent of an older session: there is none. */
  readonly budget?: Budget | null;
  readonly spent?: Spent | null;
}

export interface ReportPass {
  readonly number: number;
  readonly models: Readonly<
    Record<
      string,
      {
        readonly status: 'ok' | 'failed' | 'superseded';
        readonly why: string | null;
        readonly files_changed: number;
        readonly attempts: readonly Attempt[];
        readonly side: readonly SideEntry[];
      }
    >
  >;
  readonly gate_results: Readonly<Record<string, Readonly<Record<string, GateResult>>>>;
  readonly cross_gates: readonly CrossCell[];
  readonly distinguishing?: { readonly files: readonly string[]; readonly tests: readonly DistinguishingTest[] };
  readonly judgements: readonly { readonly judge: string; readonly order: readonly string[]; readonly answer: Json }[];
  readonly asked: readonly { readonly step: string; readonly slot: string; readonly attempt: Attempt }[];
  readonly trees: Readonly<Record<string, string>>;
  readonly plan: Plan | null;
}

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
  readonly record: ReportRecord;
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
