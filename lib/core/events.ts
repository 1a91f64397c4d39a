// Everything that happens in a run, as lines of the journal (events.jsonl). The record (session.json) is a fold of
// them, and the view draws from them; there is no other channel. Fields are only ever added.
import type { Budget, Spent } from './budget.ts';
import type { CrossGate, DistinguishingTest, GateResult, Pick, Plan } from './candidate.ts';
import type { Delivered, Delivery } from './delivery.ts';
import type { Failure } from './failure.ts';
import type { Json } from './json.ts';
import type { ModelEvent } from './model-event.ts';

export type SessionStatus = 'in_progress' | 'completed' | 'failed' | 'declined' | 'interrupted' | 'recovered';

/** How to take an effect on the outside world back; `kind` names the handler. */
export interface Undo {
  readonly kind: string;
  readonly [detail: string]: Json;
}

/** What became of an effect that was taken back: sentences, and what its user must know before all else. */
export interface TakenBack {
  readonly said: readonly string[];
  readonly told: Failure | null;
}

/** How the required gates ended on a result in the user's own tree. (A type: plain data.) */
export type Verified = {
  readonly place: 'tree';
  readonly gates: Readonly<Record<string, GateResult['state']>>;
  /** Gates that fail there without the result, too: by the user's own changes. They are not held against it. */
  readonly own: readonly string[];
};

/** What is known of a session when it begins. (A type: plain data.) */
export type SessionFacts = {
  readonly session_id: string;
  readonly session_dir: string;
  readonly command: string;
  readonly recipe: string;
  readonly repository: string;
  readonly branch: string | null;
  readonly ref: string;
  readonly trunk: string | null;
  readonly prompt_summary: string;
  readonly pass_count: number;
};

/** What has come into the user's tree, or would have. (A type: plain data.) */
export type ResultFacts = {
  readonly tree: string;
  readonly gates: Readonly<Record<string, GateResult['state']>>;
  readonly files: readonly { readonly path: string; readonly from: string }[];
  readonly integrated: boolean;
};

/** Which step: `lane` is the item of a `for` group, `key` its place with pass and lane. (A type: plain data.) */
type StepPlace = {
  readonly key: string;
  readonly step: string;
  readonly executor: string;
  readonly pass: number;
  readonly lane: string | null;
};

export type EventBody =
  | ModelEvent
  | (SessionFacts & {
      readonly type: 'session_start';
      readonly recipe_sources: readonly { readonly file: string; readonly sha256: string }[];
      /** It works on a plain folder. */
      readonly plain?: true;
      readonly task: string;
      readonly timeout: string;
      readonly pid: number;
    })
  /** How the run was asked for, so that it can be gone on with. */
  | {
      readonly type: 'run_options';
      readonly only: readonly string[] | null;
      readonly without: readonly string[];
      readonly triggers: Readonly<Record<string, string | number>>;
      readonly set: readonly string[];
      /** What the run may spend, by its recipe and its command line. */
      readonly budget?: Budget;
      readonly delivery?: Delivery;
    }
  /** Another process goes on with the session; all that it had done outside has been taken back before. */
  | {
      readonly type: 'session_resume';
      readonly pid: number;
      /** What holds, and was spent, so far: for those who listen from here on. */
      readonly budget?: Budget;
      readonly spent?: Spent;
      readonly delivery?: Delivery;
    }
  | (StepPlace & { readonly type: 'step_start'; readonly label: string })
  | (StepPlace & {
      readonly type: 'step_end';
      readonly outcome: 'ok' | 'failed' | 'skipped';
      readonly elapsed_ms: number;
      readonly value?: Json;
      readonly failure?: Failure;
    })
  /** A named group begins; `round` of `rounds` where it is repeated. */
  | {
      readonly type: 'phase_start';
      readonly phase: string;
      readonly pass: number;
      readonly round: number;
      readonly rounds: number;
    }
  /** Other limits hold from now on, as the user said. */
  | { readonly type: 'budget'; readonly budget: Budget }
  /** No further call begins: in the lane, or, where that is null, in the run. */
  | {
      readonly type: 'budget_reached';
      readonly pass: number;
      readonly lane: string | null;
      readonly what: 'usd' | 'minutes';
      readonly spent: number;
      readonly limit: number;
    }
  | { readonly type: 'gates_found'; readonly gates: Readonly<Record<string, string>>; readonly from: string }
  | {
      readonly type: 'gate_start';
      readonly pass: number;
      readonly subject: string;
      readonly gate: string;
      readonly limit_ms: number | null;
      /** Where it may run, where that is not here. */
      readonly host?: string;
    }
  /** A gate's runs on a tree as they were seen, so that they need not be repeated; `key` is tree and command. */
  | {
      readonly type: 'gate_measured';
      readonly key: string;
      readonly runs: readonly {
        readonly exit_code: number | null;
        readonly signal: string | null;
        readonly ended: string;
        readonly output: string;
      }[];
      readonly elapsed_ms: number;
      /** The host on which they ran; absent: here. */
      readonly host?: string;
    }
  /** A gate that shows nothing of what a lane holds. */
  | { readonly type: 'gate_blind'; readonly gate: string; readonly why: string }
  | {
      readonly type: 'gate_end';
      readonly pass: number;
      readonly subject: string;
      readonly result: GateResult;
      readonly cached: boolean;
    }
  /** `files`: the test files that were run; none, or absent: the whole gate was. */
  | (CrossGate & { readonly type: 'cross_gate'; readonly pass: number; readonly files?: readonly string[] })
  | {
      readonly type: 'judgement';
      readonly pass: number;
      readonly judge: string;
      readonly order: readonly string[];
      readonly answer: Json;
      readonly mistakes: readonly string[];
    }
  /** Tests that a slot's model wrote to tell candidates apart that stand equal, and those that do. */
  | {
      readonly type: 'distinguishing_tests';
      readonly pass: number;
      readonly slot: string;
      /** Below `tell-apart/` in the pass's folder. */
      readonly files: readonly string[];
      readonly tests: readonly DistinguishingTest[];
    }
  /** The user told a slot's model what to change, in the review or when the session had ended. */
  | { readonly type: 'revision'; readonly pass: number; readonly slot: string; readonly note: string }
  /** What the user chose in place of the plan, which nothing has proven yet; null: the plan, after all. */
  | { readonly type: 'chosen'; readonly pass: number; readonly files: readonly Pick[] | null }
  /** What this step of the recipe decided, and what followed, counts no longer: a resumed run does it again. */
  | { readonly type: 'reopened'; readonly key: string; readonly delivery?: Delivery }
  | { readonly type: 'plan'; readonly pass: number; readonly plan: Plan }
  | { readonly type: 'effect'; readonly id: number; readonly undo: Undo }
  | { readonly type: 'effect_undone'; readonly id: number }
  /** `breach`: something changed that a lane must not change. */
  | { readonly type: 'breach'; readonly pass: number; readonly who: string; readonly what: readonly string[] }
  | { readonly type: 'note'; readonly level: 'detail' | 'info' | 'warning'; readonly text: string }
  /** Markdown for people. `final`: the outcome of the run, which standard output carries; all else is progress. */
  | { readonly type: 'show'; readonly title: string; readonly text: string; readonly final?: boolean }
  | { readonly type: 'question'; readonly text: string }
  | {
      readonly type: 'answer';
      readonly text: string;
      readonly answer: Json;
      readonly by: 'user' | 'headless' | 'option';
    }
  | { readonly type: 'artifact'; readonly file: string }
  | { readonly type: 'pass_complete'; readonly pass: number }
  /** `verified` null: the gates did not run in the user's tree. */
  | (ResultFacts & { readonly type: 'result'; readonly verified?: Verified | null })
  /** The commit of a result is there; no branch names it yet. A run that is gone on with makes no second one. */
  | { readonly type: 'commit_made'; readonly commit: string; readonly tree: string; readonly branch: string }
  /** So far the result has been delivered. */
  | ({ readonly type: 'delivered' } & Delivered)
  /** The user had the result taken out again. */
  | { readonly type: 'result_undone' }
  | {
      readonly type: 'session_complete';
      readonly status: SessionStatus;
      readonly exit: number;
      readonly failure: Failure | null;
    };

/** A journal line: `seq` counts from 1 within a session, `at` is ISO 8601 UTC. */
export type Event = EventBody & { readonly seq: number; readonly at: string };

export type Emit = (event: EventBody) => void;
