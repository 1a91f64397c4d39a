// What statistics need of a session's record, and no more. Whatever lies in the file (an older version's record, or
// nobody's) is read with care: what it does not say is null, never nought. Pure.

/** One start of a backend. */
export interface Call {
  readonly slot: string;
  readonly backend: string;
  /** The step in which it was asked; '' where the record does not say. */
  readonly step: string;
  readonly elapsedMs: number | null;
  readonly ok: boolean;
  /** Input and output; null: it told neither. */
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

/** What a slot did in its own lane in one pass, by the backend that was asked last. */
export interface LaneRun {
  readonly slot: string;
  readonly backend: string;
  readonly finished: boolean;
  /** How long the call took that did the task; null where none did. */
  readonly elapsedMs: number | null;
  readonly gatesPassed: number;
  readonly gatesRun: number;
  /** Files of the result that are its own, or in part; null: the record can't tell. */
  readonly taken: number | null;
  /** Files that the user took from it where something else was proposed, and dropped; null: the record can't tell. */
  readonly userTook: number | null;
  readonly userDropped: number | null;
}

export interface Digest {
  readonly command: string;
  readonly status: string;
  /** At work, without waiting for answers and between stop and `mm resume`; null: the record can't tell. */
  readonly workedMs: number | null;
  /** What all of it cost; null where a call did not tell. */
  readonly costUsd: number | null;
  readonly calls: readonly Call[];
  readonly runs: readonly LaneRun[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fields = (value: unknown): Fields => (isFields(value) ? value : {});
const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const amount = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

/** Null: this is no record of a session. */
export function digestOf(record: unknown): Digest | null {
  const { schema_version, session_id, command, status, passes, result, worked_ms } = fields(record);
  if (schema_version !== 1 || text(session_id) === '' || text(status) === '' || !Array.isArray(passes)) return null;
  const rounds = list(passes);
  const calls = rounds.flatMap(callsOf);
  const costs = calls.map(({ costUsd }) => costUsd);
  const last = rounds.at(-1);
  return {
    command: text(command),
    status: text(status),
    workedMs: amount(worked_ms),
    costUsd: costs.length === 0 || costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + cost!, 0),
    calls,
    runs: rounds.flatMap((pass) => lanesOf(pass, pass === last ? result : null)),
  };
}

function callsOf(pass: Fields): readonly Call[] {
  const own = Object.entries(fields(pass.models)).flatMap(([slot, model]) =>
    list(fields(model).attempts).map((attempt) => callOf(slot, text(attempt.step), attempt)),
  );
  const beside = list(pass.asked).map(({ slot, step, attempt }) => callOf(text(slot), text(step), fields(attempt)));
  return [...own, ...beside];
}

function callOf(slot: string, step: string, attempt: Fields): Call {
  const usage = fields(attempt.usage);
  const [input, output] = [amount(usage.input_tokens), amount(usage.output_tokens)];
  return {
    slot,
    step,
    backend: text(attempt.backend),
    elapsedMs: amount(attempt.elapsed_ms),
    ok: attempt.failure === null,
    tokens: input === null && output === null ? null : (input ?? 0) + (output ?? 0),
    costUsd: amount(usage.cost_usd),
  };
}

/** Gates that say something of a candidate; all others (missing, failing on the untouched code too) are not counted. */
const PASSED = ['pass'];
const RUN = ['pass', 'fail', 'timeout', 'flaky'];

/** @param result the session's; null: none came of this pass */
function lanesOf(pass: Fields, result: unknown): readonly LaneRun[] {
  const plan = fields(pass.plan);
  const proposed = 'proposed' in pass ? list(pass.proposed) : plan.decided_by === 'user' ? null : list(plan.files);
  return Object.entries(fields(pass.models)).flatMap(([slot, model]) => {
    const { attempts, gates, status } = fields(model);
    const calls = list(attempts).map((attempt) => callOf(slot, text(attempt.step), attempt));
    const backend = calls.at(-1)?.backend ?? '';
    if (backend === '') return [];
    const states = Object.values(fields(gates)).map(text);
    return {
      slot,
      backend,
      finished: status === 'ok',
      elapsedMs: calls.find(({ ok, step }) => ok && step === calls[0]!.step)?.elapsedMs ?? null,
      gatesPassed: states.filter((state) => PASSED.includes(state)).length,
      gatesRun: states.filter((state) => RUN.includes(state)).length,
      taken: result === undefined ? null : list(fields(result).files).filter((file) => isOf(file, slot)).length,
      ...userChoice(slot, list(plan.files), proposed),
    };
  });
}

/** Whether a file of a plan is a slot's, alone or with others. */
const isOf = ({ from }: Fields, slot: string): boolean => text(from).split('+').includes(slot);

/** How the plan that was decided on differs from what was proposed, for one slot. */
function userChoice(slot: string, files: readonly Fields[], proposed: readonly Fields[] | null) {
  if (proposed === null) return { userTook: null, userDropped: null };
  const ownIn = (all: readonly Fields[]) => all.filter((file) => isOf(file, slot)).map(({ path }) => text(path));
  const [before, now] = [new Set(ownIn(proposed)), new Set(ownIn(files))];
  return {
    userTook: [...now].filter((path) => !before.has(path)).length,
    userDropped: [...before].filter((path) => !now.has(path)).length,
  };
}
