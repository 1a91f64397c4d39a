// session.json, the record of a session: a fold of its events. Holds no state of its own, so it can always be made
// anew.
import type { Budget, Spent } from '../core/budget.ts';
import type { DistinguishingTest, GateResult, GateState, MadeBy, Pick, Plan, SideEntry } from '../core/candidate.ts';
import type { Delivered } from '../core/delivery.ts';
import type { Event, SessionStatus, Verified } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import type { Attempt, ModelInfo } from '../core/model-event.ts';
import { counting } from '../core/spent.ts';
import { withWork } from './worked.ts';

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

export interface CrossGate {
  readonly tests_of: string;
  readonly code_of: string;
  /** The code's tree. */
  readonly tree: string;
  /** Names of failing tests, the first ones. */
  readonly failing: readonly string[];
  readonly state: GateState;
  readonly counts: GateResult['counts'];
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
export interface SessionRecord {
  readonly schema_version: 1;
  readonly session_id: string;
  readonly session_dir: string;
  readonly command: string;
  readonly recipe: string;
  readonly repository: string;
  readonly status: SessionStatus;
  readonly branch: string | null;
  readonly ref: string;
  readonly trunk: string | null;
  readonly stash: string | null;
  readonly prompt_summary: string;
  readonly pass_count: number;
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
  readonly result: {
    readonly tree: string;
    readonly gates: Readonly<Record<string, GateState>>;
    readonly files: readonly { readonly path: string; readonly from: string }[];
    readonly integrated: boolean;
    /** How its gates ended in the user's own tree; null: they did not run there. */
    readonly verified: Verified | null;
  } | null;
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

const emptyModel: PassModel = {
  status: 'ok',
  tree: null,
  files_changed: 0,
  why: null,
  attempts: [],
  gates: {},
  side: [],
};

/** The record after one more event. */
export function fold(record: SessionRecord, event: Event): SessionRecord {
  const next = counting(withWork(apply(record, event), event), event);
  return next === record ? record : { ...next, updated_at: event.at };
}

function apply(record: SessionRecord, event: Event): SessionRecord {
  switch (event.type) {
    case 'session_start':
      return {
        ...record,
        session_id: event.session_id,
        session_dir: event.session_dir,
        command: event.command,
        recipe: event.recipe,
        repository: event.repository,
        branch: event.branch,
        ref: event.ref,
        trunk: event.trunk,
        prompt_summary: event.prompt_summary,
        pass_count: event.pass_count,
        created_at: event.at,
      };
    case 'session_resume':
    case 'reopened':
      return { ...record, status: 'in_progress', completed_at: null, failure: null };
    case 'phase_start':
      return event.pass > record.pass_count ? { ...record, pass_count: event.pass } : record; // one more was asked for
    case 'models':
      return { ...record, models: { ...record.models, ...event.models } };
    case 'attempt_end':
      if (event.lane === event.slot)
        return inModel(record, event, (model) => ({
          ...model,
          attempts: [...model.attempts, { ...event.result, step: event.step, why: event.why }],
        }));
      return inPass(record, event.pass, (pass) => ({
        ...pass,
        asked: [...pass.asked, { step: event.step, slot: event.slot, attempt: event.result }],
      }));
    case 'model_end':
      if (event.lane !== event.slot || event.stands === true) return record;
      return inModel(record, event, ({ failure: _, ...model }) => ({
        ...model,
        status: event.status,
        why: event.why,
        ...(event.failure && { failure: event.failure }),
      }));
    case 'superseded':
      if (event.stands || !(event.lane in record.models)) return record;
      return inModel(record, { ...event, slot: event.lane }, (model) => ({
        ...model,
        status: 'superseded',
        why: 'it was ended, since enough others had passed',
      }));
    case 'candidate':
      return inPass(record, event.pass, (pass) => {
        const trees = { ...pass.trees, [event.id]: event.tree };
        if (!(event.id in record.models)) return { ...pass, trees };
        const revisions = pass.revisions?.map((each) =>
          each.slot === event.id && each.tree === null ? { ...each, tree: event.tree } : each,
        );
        const model = {
          ...(pass.models[event.id] ?? emptyModel),
          tree: event.tree,
          files_changed: event.files_changed,
          side: event.side,
          ...(event.made_by && { made_by: event.made_by }),
        };
        return { ...pass, trees, models: { ...pass.models, [event.id]: model }, ...(revisions && { revisions }) };
      });
    case 'gate_blind':
      return { ...record, blind_gates: { ...record.blind_gates, [event.gate]: event.why } };
    case 'gate_end':
      return inPass(record, event.pass, (pass) => withGate(pass, event.subject, event.result));
    case 'cross_gate':
      return inPass(record, event.pass, (pass) => ({ ...pass, cross_gates: withCell(pass.cross_gates, event) }));
    case 'distinguishing_tests':
      return inPass(record, event.pass, (pass) => ({
        ...pass,
        distinguishing: { files: event.files, tests: event.tests },
      }));
    case 'judgement':
      if (event.answer === null) return record;
      return inPass(record, event.pass, (pass) => ({
        ...pass,
        judgements: [
          ...pass.judgements.filter(
            ({ judge, order }) => judge !== event.judge || order.join('\n') !== event.order.join('\n'),
          ),
          { judge: event.judge, order: event.order, answer: event.answer },
        ],
      }));
    case 'revision': {
      const { slot, note } = event;
      return inPass(record, event.pass, (pass) => {
        const kept = (pass.chosen ?? pass.plan?.files ?? []).filter(({ by }) => by === 'user');
        const revision = { slot, note, plan: pass.plan, tree: null, ...(kept.length > 0 && { kept }) };
        return { ...pass, revisions: [...(pass.revisions ?? []), revision] };
      });
    }
    case 'plan':
      return inPass(record, event.pass, ({ proposed: before, ...pass }) => {
        const shown = before ?? pass.plan?.files.map(({ path, from }) => ({ path, from }));
        const proposed = event.plan.instead_of === undefined ? undefined : shown;
        return { ...withChosen(pass, null), plan: event.plan, ...(proposed && { proposed }) };
      });
    case 'chosen':
      return inPass(record, event.pass, ({ revisions, ...pass }) => ({
        ...withChosen(pass, event.files),
        ...(revisions && { revisions: revisions.map(({ kept: _, ...each }) => each) }),
      }));
    case 'pass_complete':
      return { ...record, completed_passes: Math.max(record.completed_passes, event.pass) };
    case 'effect':
      return event.undo.kind === 'user-changes' && typeof event.undo.stash === 'string'
        ? { ...record, stash: event.undo.stash }
        : record;
    case 'result':
      return {
        ...record,
        result: {
          tree: event.tree,
          gates: event.gates,
          files: event.files,
          integrated: event.integrated,
          verified: event.verified ?? null,
        },
      };
    case 'commit_made':
      return { ...record, delivering: { commit: event.commit, tree: event.tree, branch: event.branch } };
    case 'delivered': {
      const { commit, branch, remote, url } = event;
      return { ...record, delivered: { commit, branch, remote, url } };
    }
    case 'result_undone': {
      const { delivered: _, ...rest } = record;
      return { ...rest, result: null };
    }
    case 'session_complete': {
      const { failure } = event;
      return {
        ...record,
        status: event.status,
        completed_at: event.at,
        failure: failure && { id: failure.id, what: failure.what, remedy: failure.remedy },
      };
    }
    default:
      return record;
  }
}

function withChosen({ chosen: _, ...pass }: PassRecord, chosen: readonly Pick[] | null): PassRecord {
  return chosen === null ? pass : { ...pass, chosen };
}

function inModel(
  record: SessionRecord,
  event: { pass: number; slot: string },
  change: (model: PassModel) => PassModel,
): SessionRecord {
  return inPass(record, event.pass, (pass) => ({
    ...pass,
    models: { ...pass.models, [event.slot]: change(pass.models[event.slot] ?? emptyModel) },
  }));
}

function inPass(record: SessionRecord, number: number, change: (pass: PassRecord) => PassRecord): SessionRecord {
  const known = record.passes.find((pass) => pass.number === number);
  const pass = change(
    known ?? {
      number,
      models: {},
      gate_results: {},
      cross_gates: [],
      judgements: [],
      asked: [],
      trees: {},
      plan: null,
    },
  );
  const passes = known ? record.passes.map((each) => (each === known ? pass : each)) : [...record.passes, pass];
  return { ...record, passes };
}

/** One cell per suite, code and tree: it is told as often as somebody asks for it. */
function withCell(
  cells: readonly CrossGate[],
  { tests_of, code_of, tree, state, counts, failing }: CrossGate,
): CrossGate[] {
  const others = cells.filter((each) => each.tests_of !== tests_of || each.code_of !== code_of || each.tree !== tree);
  return [...others, { tests_of, code_of, tree, state, counts, failing }];
}

function withGate(pass: PassRecord, subject: string, result: GateResult): PassRecord {
  const gate_results = { ...pass.gate_results, [subject]: { ...pass.gate_results[subject], [result.gate]: result } };
  const model = pass.models[subject];
  if (!model) return { ...pass, gate_results };
  return {
    ...pass,
    gate_results,
    models: { ...pass.models, [subject]: { ...model, gates: { ...model.gates, [result.gate]: result.state } } },
  };
}
