// session.json, the record of a session: what it holds. session/fold.ts makes it of the session's events.
import type { Budget, Spent } from './budget.ts';
import type { CrossGate, DistinguishingTest, GateResult, MadeBy, Pick, Plan, SideEntry } from './candidate.ts';
import type { Delivered } from './delivery.ts';
import type { ResultFacts, SessionFacts, SessionStatus, Verified } from './events.ts';
import type { GateState } from './gate-states.ts';
import type { Json } from './json.ts';
import type { Attempt, ModelInfo } from './model-event.ts';

/** An attempt, with the step in which a model was asked, and why it failed. */
type StepAttempt = Attempt & { readonly step?: string; readonly why?: string | null };

/** What one model did in one pass. */
export interface PassModel {
  /** `superseded`: it was ended, since enough others had passed. */
  readonly status: 'ok' | 'failed' | 'superseded';
  readonly tree: string | null;
  readonly files_changed: number;
  readonly why: string | null;
  readonly attempts: readonly StepAttempt[];
  readonly gates: Readonly<Record<string, GateState>>;
  readonly side: readonly SideEntry[];
  /** It was not asked, or not again, as a budget was reached. */
  readonly failure?: 'budget';
  /** Where no model of ours made it. */
  readonly made_by?: MadeBy;
}

export interface PassRecord {
  readonly number: number;
  readonly models: Readonly<Record<string, PassModel>>;
  /** Gate results of every tree that was tested, by subject (a slot, `base`, `composite` …) and gate. */
  readonly gate_results: Readonly<Record<string, Readonly<Record<string, GateResult>>>>;
  readonly cross_gates: readonly CrossGate[];
  /** Tests written to tell candidates apart, their files and those that do; absent where none were asked for. */
  readonly distinguishing?: { readonly files: readonly string[]; readonly tests: readonly DistinguishingTest[] };
  /** Usable answers of judges, each with the order in which it saw the candidates. */
  readonly judgements: readonly { readonly judge: string; readonly order: readonly string[]; readonly answer: Json }[];
  /** The git tree of everything that was captured or composed, by id. */
  readonly trees: Readonly<Record<string, string>>;
  /** What models were asked beside their own lane (exploring, judging, integrating). */
  readonly asked: readonly { readonly step: string; readonly slot: string; readonly attempt: Attempt }[];
  readonly plan: Plan | null;
  /** What was proposed, where the plan is what the user made of that; absent where it is as it was. */
  readonly proposed?: readonly { readonly path: string; readonly from: string }[];
  /** What the user told models to change, in order; absent where nothing. */
  readonly revisions?: readonly Revision[];
  /** What the user chose in place of the plan's files, until it is proven and another plan; absent where nothing. */
  readonly chosen?: readonly Pick[];
}

export interface Revision {
  readonly slot: string;
  readonly note: string;
  /** The plan that the user saw then. */
  readonly plan: Plan | null;
  /** What came of it; null: nothing yet. */
  readonly tree: string | null;
  /** What the user had chosen by then, as long as the plan that comes of it has not been made with that. */
  readonly kept?: readonly Pick[];
}

/** `session.json` and `--json`, schema_version 1. Keys are only ever added. */
export interface SessionRecord extends SessionFacts {
  readonly schema_version: 1;
  readonly status: SessionStatus;
  readonly stash: string | null;
  readonly completed_passes: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly completed_at: string | null;
  /** How long it was at work: without waiting for answers, and between its end and being gone on with. */
  readonly worked_ms: number;
  /** Since when it is at work; null: it waits for an answer, or has ended. ISO 8601 UTC. */
  readonly working_since: string | null;
  readonly models: Readonly<Record<string, ModelInfo>>;
  readonly passes: readonly PassRecord[];
  /** Gates that show nothing of what a lane holds, and why: they decide nothing. */
  readonly blind_gates: Readonly<Record<string, string>>;
  /** `verified`: how its gates ended in the user's own tree; null: they did not run there. */
  readonly result: (ResultFacts & { readonly verified: Verified | null }) | null;
  /** The commit that was made to be delivered last; absent: none was. */
  readonly delivering?: { readonly commit: string; readonly tree: string; readonly branch: string };
  /** Where the result has been delivered to, in the place of the working tree; absent: nowhere. */
  readonly delivered?: Delivered;
  readonly failure: { readonly id: string; readonly what: string; readonly remedy: readonly string[] } | null;
  /** What it may spend; null: as much as it takes. */
  readonly budget: Budget | null;
  /** null: nothing was begun. */
  readonly spent: Spent | null;
}

/** The record before anything happened. */
export const emptyRecord: SessionRecord = {
  schema_version: 1,
  session_id: '',
  session_dir: '',
  command: '',
  recipe: '',
  repository: '',
  status: 'in_progress',
  branch: null,
  ref: '',
  trunk: null,
  stash: null,
  prompt_summary: '',
  pass_count: 1,
  completed_passes: 0,
  created_at: '',
  updated_at: '',
  completed_at: null,
  worked_ms: 0,
  working_since: null,
  models: {},
  passes: [],
  blind_gates: {},
  result: null,
  failure: null,
  budget: null,
  spent: null,
};
