// What is going on, folded from the events: a row per lane and per thing beside the lanes, the phase, the pass.
// Neither draws nor reads anything; rows.ts draws it.
import { type Budget, type Spent, spentOf } from '../core/budget.ts';
import type { Event } from '../core/events.ts';
import type { GateState } from '../core/gate-states.ts';
import { minutesSpent, spend, spentNothing } from '../core/spent.ts';
import type { EventOf } from './event-messages.ts';
import { subjectTitle } from './titles.ts';

/** Something that runs right now. Times are milliseconds since 1970. */
interface Activity {
  readonly label: string;
  readonly since: number;
  readonly limitMs: number | null;
  /** After so long it is unusually long; absent: nothing is known of that. */
  readonly unusualMs?: number;
  /** The two output files of an attempt. */
  readonly files?: readonly string[];
}

/** Whether something that runs takes longer than it usually does. */
export const isUnusual = ({ since, unusualMs }: Activity, now: number): boolean =>
  unusualMs !== undefined && now - since > unusualMs;

export interface Row {
  readonly id: string;
  readonly title: string;
  /** Beside the lanes: the untouched base, the combination, a question to a model. */
  readonly side: boolean;
  backend: string | null;
  readonly running: Map<string, Activity>;
  readonly gates: Map<string, GateState | 'running'>;
  /** The last line its model said. */
  said: string;
  failed: boolean;
  /** Why nothing comes of it, where that is no failure. */
  idle: 'superseded' | 'not needed' | null;
  /** When it is ended, since enough others pass. */
  until: number | null;
  why: string | null;
  filesChanged: number | null;
  started: number | null;
  ended: number | null;
}

/** What a row does while its lane waits to start. */
const WAITS = 'waits';

/** On a row there is little room for a name. */
const SHORT: Readonly<Record<string, string>> = { integrated: 'made to fit' };

/** Empty at first; `apply` takes the events in their order. */
export class Progress {
  /** Slot → title. */
  readonly titles = new Map<string, string>();
  readonly rows = new Map<string, Row>();
  /** What runs in no lane, the newest last. */
  readonly steps = new Map<string, string>();
  readonly #backends = new Map<string, string | null>();
  title = '';
  task = '';
  phase: string | null = null;
  pass = 1;
  passes = 1;
  started: number | null = null;
  budget: Budget | null = null;
  #spent: Spent | null = null;

  /** `$1.20 of $5.00`; '' without a budget. */
  spent(now: number): string {
    if (this.budget === null || this.#spent === null) return '';
    const { usd, unknown } = this.#spent;
    return spentOf(this.budget, { usd, minutes: minutesSpent(this.#spent, now) }, unknown);
  }

  apply(event: Event): void {
    const at = Date.parse(event.at);
    this.started ??= at;
    const before = event.type === 'session_resume' ? event.spent : this.#spent;
    this.#spent = spend(before ?? spentNothing(event.at), event);
    if ('pass' in event) this.#startPass(event.pass);
    switch (event.type) {
      case 'session_start':
        [this.title, this.task, this.passes] = [event.command, event.prompt_summary, event.pass_count];
        break;
      case 'session_resume':
      case 'run_options':
      case 'budget':
        this.budget = event.budget ?? null;
        break;
      case 'models':
        this.#takePart(event.models);
        break;
      case 'phase_start':
        this.phase = event.phase;
        if (event.round === event.pass && event.rounds > 1) this.passes = event.rounds;
        break;
      default:
        this.#atWork(event, at);
    }
  }

  /** What somebody does, or has done. */
  #atWork(event: Event, at: number): void {
    switch (event.type) {
      case 'step_start':
        if (event.lane === null) this.steps.set(event.key, event.label);
        else begin(this.#row(event.lane), event.key, at, { label: event.label, limitMs: null });
        break;
      case 'step_end':
        this.#endStep(event, at);
        break;
      case 'attempt_waits':
        begin(this.#askedRow(event), WAITS, at, { label: 'waits its turn', limitMs: event.wait_ms });
        break;
      case 'attempt_start':
        this.#startAttempt(event, at);
        break;
      case 'attempt_end':
        this.#finish(this.#askedRow(event), `model:${event.step}`, at);
        break;
      case 'model_end':
        if (event.lane === event.slot && event.stands !== true) {
          const row = this.#row(event.slot);
          [row.failed, row.why] = [event.status === 'failed', event.why];
        }
        break;
      case 'enough':
        for (const lane of event.others) this.#row(lane).until = at + event.grace_ms;
        break;
      case 'superseded':
        if (!event.stands) this.#row(event.lane).idle = 'superseded';
        break;
      case 'not_needed':
        this.#row(event.lane).idle = 'not needed';
        break;
      case 'candidate':
        if (this.titles.has(event.id)) this.#row(event.id).filesChanged = event.files_changed;
        break;
      case 'gate_start': {
        const row = this.#row(event.subject);
        row.gates.set(event.gate, 'running');
        const label = event.host === undefined ? event.gate : `${event.gate} on ${event.host}`;
        begin(row, `gate:${event.gate}`, at, { label, limitMs: event.limit_ms });
        break;
      }
      case 'gate_end': {
        const row = this.#row(event.subject);
        row.gates.set(event.result.gate, event.result.state);
        this.#finish(row, `gate:${event.result.gate}`, at);
        break;
      }
    }
  }

  #takePart(models: EventOf<'models'>['models']): void {
    for (const [id, model] of Object.entries(models)) {
      this.titles.set(id, model.title);
      this.#backends.set(id, model.backend);
      if (model.status === 'available') this.#row(id).backend = model.backend;
      else this.rows.delete(id);
    }
  }

  #startPass(pass: number): void {
    if (pass <= this.pass) return;
    this.pass = pass;
    const lanes = [...this.rows.values()].filter((row) => !row.side);
    this.rows.clear();
    for (const { id } of lanes) this.#row(id);
  }

  #endStep({ key, lane, outcome, failure }: EventOf<'step_end'>, at: number): void {
    this.steps.delete(key);
    if (lane === null) return;
    const row = this.#row(lane);
    row.running.delete(WAITS); // it may have been ended before its turn
    this.#finish(row, key, at);
    if (outcome === 'failed' && !row.failed) [row.failed, row.why] = [true, failure?.what ?? null];
  }

  #startAttempt(event: EventOf<'attempt_start'>, at: number): void {
    const row = this.#askedRow(event);
    row.running.delete(WAITS);
    row.backend = event.backend;
    row.said = '';
    const label = event.attempt > 1 ? `${event.step}, try ${event.attempt}` : event.step;
    begin(row, `model:${event.step}`, at, {
      label,
      limitMs: event.limit_ms,
      files: [event.output, event.stderr],
      ...(event.unusual_ms === undefined ? {} : { unusualMs: event.unusual_ms }),
    });
  }

  #finish(row: Row, key: string, at: number): void {
    if (row.running.delete(key) && row.running.size === 0) row.ended = at;
    if (row.side && row.running.size === 0 && row.gates.size === 0) this.rows.delete(row.id);
  }

  /** A model that is asked something in its own lane is the lane's row, otherwise a row beside. */
  #askedRow({ lane, slot, step }: { lane: string | null; slot: string; step: string }): Row {
    if (lane === slot) return this.#row(slot);
    return this.#row(`${step}:${slot}`, `${step} · ${subjectTitle(slot, this.titles)}`);
  }

  #row(id: string, title = SHORT[id] ?? subjectTitle(id, this.titles)): Row {
    const row = this.rows.get(id) ?? {
      id,
      title,
      side: !this.titles.has(id),
      backend: this.#backends.get(id) ?? null,
      running: new Map(),
      gates: new Map(),
      said: '',
      failed: false,
      idle: null,
      until: null,
      why: null,
      filesChanged: null,
      started: null,
      ended: null,
    };
    this.rows.set(id, row);
    return row;
  }
}

/** How long an activity of a row may take; null: as long as it likes. */
export function limitOf({ until }: Row, { since, limitMs }: Activity): number | null {
  return until === null ? limitMs : Math.min(until - since, limitMs ?? Number.POSITIVE_INFINITY);
}

function begin(row: Row, key: string, at: number, activity: Omit<Activity, 'since'>): void {
  row.started ??= at;
  row.ended = null;
  row.running.delete(key);
  row.running.set(key, { ...activity, since: at });
}
