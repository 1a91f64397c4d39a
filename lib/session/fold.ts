// Makes a session's record of its events, one after the other. It holds no state of its own, so a record can always be
// made anew.
import type { CrossGate, GateResult, Pick } from '../core/candidate.ts';
import type { Event } from '../core/events.ts';
import type { PassModel, PassRecord, SessionRecord } from '../core/session-record.ts';
import { counting } from '../core/spent.ts';

/** The record after one more event. */
export function fold(record: SessionRecord, event: Event): SessionRecord {
  const known = Object.hasOwn(CHANGES, event.type); // a later version may have written others
  const change = known ? (CHANGES[event.type] as (record: SessionRecord, event: Event) => SessionRecord) : null;
  const next = counting(change?.(record, event) ?? record, event);
  return next === record ? record : { ...next, updated_at: event.at };
}

type Changes = {
  readonly [T in Event['type']]?: (record: SessionRecord, event: Extract<Event, { type: T }>) => SessionRecord;
};

/** What an event changes, apart from what was spent; an event that is not named changes nothing. */
const CHANGES: Changes = {
  session_start: (record, event) => ({
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
    working_since: event.at,
  }),

  session_resume: (record, { at }) => ({
    ...reopened(record),
    // its process may have been killed: then it worked for as long as it told anything
    worked_ms: workedUntil(record, record.updated_at),
    working_since: at,
  }),

  reopened: (record) => reopened(record),

  question: (record, { at }) =>
    record.working_since === null ? record : { ...record, worked_ms: workedUntil(record, at), working_since: null },

  // what is asked before the session begins stands behind its beginning in the journal
  answer: (record, { at }) =>
    record.working_since === null ? { ...record, working_since: later(at, record.created_at) } : record,

  // one more was asked for
  phase_start: (record, { pass }) => (pass > record.pass_count ? { ...record, pass_count: pass } : record),

  models: (record, { models }) => ({ ...record, models: { ...record.models, ...models } }),

  attempt_end: (record, event) => {
    const { slot, step, result, why } = event;
    if (event.lane === slot)
      return inModel(record, event, (model) => ({ ...model, attempts: [...model.attempts, { ...result, step, why }] }));
    return inPass(record, event, (pass) => ({ ...pass, asked: [...pass.asked, { step, slot, attempt: result }] }));
  },

  model_end: (record, event) => {
    const { lane, slot, stands, status, why } = event;
    if (lane !== slot || stands === true) return record;
    return inModel(record, event, ({ failure: _, ...model }) => ({
      ...model,
      status,
      why,
      ...(event.failure && { failure: event.failure }),
    }));
  },

  superseded: (record, { pass, lane, stands }) =>
    stands || !(lane in record.models)
      ? record
      : inModel(record, { pass, slot: lane }, (model) => ({
          ...model,
          status: 'superseded',
          why: 'it was ended, since enough others had passed',
        })),

  candidate: (record, event) =>
    inPass(record, event, (pass) => {
      const { id, tree, files_changed, side, made_by } = event;
      const trees = { ...pass.trees, [id]: tree };
      if (!(id in record.models)) return { ...pass, trees };
      const revisions = pass.revisions?.map((each) =>
        each.slot === id && each.tree === null ? { ...each, tree } : each,
      );
      const model = { ...(pass.models[id] ?? emptyModel), tree, files_changed, side, ...(made_by && { made_by }) };
      return { ...pass, trees, models: { ...pass.models, [id]: model }, ...(revisions && { revisions }) };
    }),

  gate_blind: (record, { gate, why }) => ({ ...record, blind_gates: { ...record.blind_gates, [gate]: why } }),

  gate_end: (record, event) => inPass(record, event, (pass) => withGate(pass, event.subject, event.result)),

  cross_gate: (record, event) =>
    inPass(record, event, (pass) => ({ ...pass, cross_gates: withCell(pass.cross_gates, event) })),

  distinguishing_tests: (record, event) =>
    inPass(record, event, (pass) => ({ ...pass, distinguishing: { files: event.files, tests: event.tests } })),

  judgement: (record, event) => {
    const { judge, order, answer } = event;
    if (answer === null) return record;
    const isSame = (each: PassRecord['judgements'][number]) =>
      each.judge === judge && each.order.join('\n') === order.join('\n');
    return inPass(record, event, (pass) => ({
      ...pass,
      judgements: [...pass.judgements.filter((each) => !isSame(each)), { judge, order, answer }],
    }));
  },

  revision: (record, event) =>
    inPass(record, event, (pass) => {
      const { slot, note } = event;
      const kept = (pass.chosen ?? pass.plan?.files ?? []).filter(({ by }) => by === 'user');
      const revision = { slot, note, plan: pass.plan, tree: null, ...(kept.length > 0 && { kept }) };
      return { ...pass, revisions: [...(pass.revisions ?? []), revision] };
    }),

  plan: (record, event) =>
    inPass(record, event, ({ proposed: before, ...pass }) => {
      const shown = before ?? pass.plan?.files.map(({ path, from }) => ({ path, from }));
      const proposed = event.plan.instead_of === undefined ? undefined : shown;
      return { ...withChosen(pass, null), plan: event.plan, ...(proposed && { proposed }) };
    }),

  chosen: (record, event) =>
    inPass(record, event, ({ revisions, ...pass }) => ({
      ...withChosen(pass, event.files),
      ...(revisions && { revisions: revisions.map(({ kept: _, ...each }) => each) }),
    })),

  pass_complete: (record, { pass }) => ({ ...record, completed_passes: Math.max(record.completed_passes, pass) }),

  effect: (record, { undo }) =>
    undo.kind === 'user-changes' && typeof undo.stash === 'string' ? { ...record, stash: undo.stash } : record,

  result: (record, { tree, gates, files, integrated, verified = null }) => ({
    ...record,
    result: { tree, gates, files, integrated, verified },
  }),

  commit_made: (record, { commit, tree, branch }) => ({ ...record, delivering: { commit, tree, branch } }),

  delivered: (record, { commit, branch, remote, url }) => ({ ...record, delivered: { commit, branch, remote, url } }),

  result_undone: ({ delivered: _, ...record }) => ({ ...record, result: null }),

  session_complete: (record, { at, status, failure }) => ({
    ...record,
    status,
    completed_at: at,
    failure: failure && { id: failure.id, what: failure.what, remedy: failure.remedy },
    worked_ms: workedUntil(record, at),
    working_since: null,
  }),
};

const reopened = (record: SessionRecord): SessionRecord => ({
  ...record,
  status: 'in_progress',
  completed_at: null,
  failure: null,
});

/** Its time at work: what it spends waiting for an answer, or stopped, is left out. */
const workedUntil = ({ worked_ms, working_since }: SessionRecord, until: string): number =>
  working_since === null ? worked_ms : worked_ms + Math.max(0, Date.parse(until) - Date.parse(working_since));

const later = (one: string, other: string): string => (one > other ? one : other);

const withChosen = ({ chosen: _, ...pass }: PassRecord, chosen: readonly Pick[] | null): PassRecord =>
  chosen === null ? pass : { ...pass, chosen };

const emptyModel: PassModel = {
  status: 'ok',
  tree: null,
  files_changed: 0,
  why: null,
  attempts: [],
  gates: {},
  side: [],
};

function inModel(
  record: SessionRecord,
  event: { readonly pass: number; readonly slot: string },
  change: (model: PassModel) => PassModel,
): SessionRecord {
  return inPass(record, event, (pass) => ({
    ...pass,
    models: { ...pass.models, [event.slot]: change(pass.models[event.slot] ?? emptyModel) },
  }));
}

const emptyPass = {
  models: {},
  gate_results: {},
  cross_gates: [],
  judgements: [],
  asked: [],
  trees: {},
  plan: null,
};

function inPass(
  record: SessionRecord,
  { pass: number }: { readonly pass: number },
  change: (pass: PassRecord) => PassRecord,
): SessionRecord {
  const known = record.passes.find((pass) => pass.number === number);
  const pass = change(known ?? { number, ...emptyPass });
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
