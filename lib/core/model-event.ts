// What models do: the events of their calls and candidates, and the facts that these carry. Fields are only ever added.
import type { FailureClass } from './backend.ts';
import type { MadeBy, SideEntry } from './candidate.ts';
import type { WorkspaceKind } from './recipe.ts';

export interface ModelInfo {
  readonly status: 'available' | 'unavailable';
  readonly title: string;
  readonly primary: boolean;
  /** The chosen backend's `cli`. */
  readonly backend: string | null;
  readonly workspace: WorkspaceKind;
  /** The hosts on which it may work, where that is not here. */
  readonly host?: string;
  readonly why: string | null;
}

export interface Usage {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** Reported, or by the recipe's `prices`; null: not known, which is not nothing. */
  readonly cost_usd: number | null;
  /** Of `input_tokens` those that came from a cache, where the CLI tells. */
  readonly cached_tokens?: number | null;
}

/** One start of one backend. */
export interface Attempt {
  readonly backend: string;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly elapsed_ms: number;
  readonly failure: FailureClass | null;
  readonly usage: Usage | null;
  /** The id of the CLI's own session, where it tells one. */
  readonly session?: string | null;
  /** It went on with the session of an earlier attempt. */
  readonly resumed?: true;
  /** The host that it worked on, where that is not here. */
  readonly host?: string;
}

/** What a model left where it worked. */
export interface Left {
  readonly tree: string;
  readonly side: readonly SideEntry[];
}

/** Which model is meant: of which slot, in which step of which lane. (A type: plain data.) */
type ModelPlace = {
  readonly pass: number;
  readonly lane: string | null;
  readonly slot: string;
  readonly step: string;
};

/** Which start of it. (A type: plain data.) */
export type AttemptPlace = ModelPlace & { readonly attempt: number };

export type ModelEvent =
  | { readonly type: 'models'; readonly models: Readonly<Record<string, ModelInfo>> }
  /** Its start waits: a lane of the same vendor has just started. */
  | (AttemptPlace & { readonly type: 'attempt_waits'; readonly backend: string; readonly wait_ms: number })
  | (AttemptPlace & {
      readonly type: 'attempt_start';
      readonly backend: string;
      readonly limit_ms: number | null;
      /** After so long it is unusually long, by earlier sessions; absent where they do not tell. */
      readonly unusual_ms?: number;
      readonly output: string;
      readonly stderr: string;
      readonly command: readonly string[];
      /** The CLI's session that it goes on with. */
      readonly resumes?: string;
      readonly host?: string;
    })
  | (AttemptPlace & {
      readonly type: 'attempt_end';
      readonly result: Attempt;
      readonly why: string | null;
      /**
       * Of one that succeeded: what it was asked (step, name, prompt), its answer's file in the session, what it left.
       */
      readonly paid?: {
        readonly asked: string;
        readonly answer: string;
        readonly left: Left | null;
        /** The tree of its own that it went on with. */
        readonly from?: string;
      };
    })
  | (ModelPlace & {
      readonly type: 'model_end';
      readonly status: 'ok' | 'failed';
      readonly why: string | null;
      /** It went on with a candidate of its own, which stands also where this failed. */
      readonly stands?: true;
      /** It was not asked, or not again, as a budget was reached. */
      readonly failure?: 'budget';
    })
  | {
      readonly type: 'candidate';
      readonly pass: number;
      readonly id: string;
      readonly tree: string;
      readonly files_changed: number;
      readonly side: readonly SideEntry[];
      /** Where no model of ours made it. */
      readonly made_by?: MadeBy;
    }
  /** A host did not keep what was begun there: nothing further begins there while there is another. */
  | {
      readonly type: 'host_lost';
      readonly pass: number;
      readonly lane: string | null;
      readonly host: string;
      readonly why: string;
    }
  /** So many lanes have passed that the others have only the grace left. `key`: the place of their group. */
  | {
      readonly type: 'enough';
      readonly pass: number;
      readonly key: string;
      readonly passing: readonly string[];
      readonly others: readonly string[];
      readonly grace_ms: number;
    }
  /** A lane was ended since enough others had passed. `stands`: what it had made before is a candidate all the same. */
  | {
      readonly type: 'superseded';
      readonly pass: number;
      readonly key: string;
      readonly lane: string;
      readonly stands: boolean;
    }
  /** A lane that was kept for when none before it passes was not begun. */
  | { readonly type: 'not_needed'; readonly pass: number; readonly key: string; readonly lane: string };
