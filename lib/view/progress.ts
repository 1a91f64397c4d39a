// What is going on, folded from the events: a row per lane and per thing beside the lanes, the phase, the pass.
// Neither draws nor reads anything; rows.ts draws it.
import type { GateState } from '../core/candidate.ts';
import type { Event } from '../core/event.ts';
import { subjectTitle } from './titles.ts';

/** Something that runs right now. Times are milliseconds since 1970. */
interface Activity {
  readonly label: string;
  readonly since: number;
  readonly limitMs: number | null;
}

interface Listening {
  /** The two output files of the attempt that runs. */
  readonly files: readonly string[];
}

export interface Row {
  readonly id: string;
  readonly title: string;
  /** Beside the lanes: the untouched base, the combination, a question to a model. */
  readonly side: boolean;
  backend: string | null;
  readonly running: Map<string, Activity & Partial<Listening>>;
  readonly gates: Map<string, GateState | 'running'>;
  /** The last line its model said. */
  said: string;
  failed: boolean;
  why: string | null;
  filesChanged: number | null;
  started: number | null;
  ended: number | null;
}

export interface Progress {
  /** Slot → title. */
  readonly titles: Map<string, string>;
  readonly rows: Map<string, Row>;
  title: string;
  task: string;
  phase: string | null;
  pass: number;
  passes: number;
  /** What runs in no lane, the newest last. */
  readonly steps: Map<string, string>;
  started: number | null;
  readonly apply: (event: Event) => void;
}

/** On a row there is little room for a name. */
const SHORT: Readonly<Record<string, string>> = { integrated: 'made to fit' };

/** An empty state; `apply` takes the events in their order. */
export function createProgress(): Progress {
  const titles = new Map<string, string>();
  const backends = new Map<string, string | null>();
  const rows = new Map<string, Row>();
  const steps = new Map<string, string>();
  const state: Progress = {
    titles,
    rows,
    steps,
    title: '',
    task: '',
    phase: null,
    pass: 1,
    passes: 1,
    started: null,
    apply,
  };

  const rowOf = (id: string, title = SHORT[id] ?? subjectTitle(id, titles)): Row => {
    let row = rows.get(id);
    if (!row) {
      row = {
        id,
        title,
        side: !titles.has(id),
        backend: backends.get(id) ?? null,
        running: new Map(),
        gates: new Map(),
        said: '',
        failed: false,
        why: null,
        filesChanged: null,
        started: null,
        ended: null,
      };
      rows.set(id, row);
    }
    return row;
  };
  /** A model that is asked something in its own lane is the lane's row, otherwise a row beside. */
  const askedRow = (event: { lane: string | null; slot: string; step: string }): Row =>
    event.lane === event.slot
      ? rowOf(event.slot)
      : rowOf(`${event.step}:${event.slot}`, `${event.step} · ${subjectTitle(event.slot, titles)}`);

  const begin = (row: Row, key: string, at: number, activity: Omit<Activity, 'since'> & Partial<Listening>): void => {
    row.started ??= at;
    row.ended = null;
    row.running.delete(key);
    row.running.set(key, { ...activity, since: at });
  };
  const finish = (row: Row, key: string, at: number): void => {
    if (row.running.delete(key) && row.running.size === 0) row.ended = at;
    if (row.side && row.running.size === 0 && row.gates.size === 0) rows.delete(row.id);
  };
  const startPass = (pass: number): void => {
    if (pass <= state.pass) return;
    state.pass = pass;
    const lanes = [...rows.values()].filter((row) => !row.side);
    rows.clear();
    for (const { id } of lanes) rowOf(id);
  };

  function apply(event: Event): void {
    const at = Date.parse(event.at);
    state.started ??= at;
    if ('pass' in event) startPass(event.pass);
    switch (event.type) {
      case 'session_start':
        [state.title, state.task, state.passes] = [event.command, event.prompt_summary, event.pass_count];
        return;
      case 'models':
        for (const [id, model] of Object.entries(event.models)) {
          titles.set(id, model.title);
          backends.set(id, model.backend);
          if (model.status === 'available') rowOf(id).backend = model.backend;
          else rows.delete(id);
        }
        return;
      case 'phase_start':
        state.phase = event.phase;
        if (event.round === event.pass && event.rounds > 1) state.passes = event.rounds;
        return;
      case 'step_start':
        if (event.lane === null) steps.set(event.key, event.label);
        else begin(rowOf(event.lane), event.key, at, { label: event.label, limitMs: null });
        return;
      case 'step_end': {
        steps.delete(event.key);
        if (event.lane === null) return;
        const row = rowOf(event.lane);
        finish(row, event.key, at);
        if (event.outcome === 'failed' && !row.failed) [row.failed, row.why] = [true, event.failure?.what ?? null];
        return;
      }
      case 'attempt_start': {
        const row = askedRow(event);
        row.backend = event.backend;
        row.said = '';
        const label = event.attempt > 1 ? `${event.step}, try ${event.attempt}` : event.step;
        begin(row, `model:${event.step}`, at, { label, limitMs: event.limit_ms, files: [event.output, event.stderr] });
        return;
      }
      case 'attempt_end':
        finish(askedRow(event), `model:${event.step}`, at);
        return;
      case 'model_end':
        if (event.lane === event.slot)
          [rowOf(event.slot).failed, rowOf(event.slot).why] = [event.status === 'failed', event.why];
        return;
      case 'candidate':
        if (titles.has(event.id)) rowOf(event.id).filesChanged = event.files_changed;
        return;
      case 'gate_start': {
        const row = rowOf(event.subject);
        row.gates.set(event.gate, 'running');
        begin(row, `gate:${event.gate}`, at, { label: event.gate, limitMs: event.limit_ms });
        return;
      }
      case 'gate_end': {
        const row = rowOf(event.subject);
        row.gates.set(event.result.gate, event.result.state);
        finish(row, `gate:${event.result.gate}`, at);
        return;
      }
    }
  }
  return state;
}
