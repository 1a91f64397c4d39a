// The lanes of a group that says which of them pass. Once enough do, the others have the grace and are then ended; one
// that its slot keeps for when none passes waits for those before it. Nothing polls: a lane's end sets off what comes.
import type { Event } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { notWanted } from '../core/messages/control.ts';
import { holds, type Scope } from '../core/scope.ts';
import { hurryBase } from '../steps/base-gates.ts';
import type { Run } from '../steps/run-context.ts';
import { waitFor } from '../system/wait-for.ts';

/** What an earlier process had come to, by the place of the group. */
export interface EarlierLanes {
  /** When enough had passed, in milliseconds since 1970. */
  readonly enough: ReadonlyMap<string, number>;
  /** `<group>/<lane>` of those that were ended, and whether what they had made stands. */
  readonly superseded: ReadonlyMap<string, boolean>;
  /** The same of those that were not begun. */
  readonly notNeeded: ReadonlySet<string>;
}

export function earlierLanes(events: readonly Event[]): EarlierLanes {
  const enough = new Map<string, number>();
  const superseded = new Map<string, boolean>();
  const notNeeded = new Set<string>();
  for (const event of events) {
    if (event.type === 'enough') enough.set(event.key, Date.parse(event.at));
    if (event.type === 'superseded') superseded.set(`${event.key}/${event.lane}`, event.stands);
    if (event.type === 'not_needed') notNeeded.add(`${event.key}/${event.lane}`);
  }
  return { enough, superseded, notNeeded };
}

interface LanesOf {
  readonly run: Run;
  readonly earlier: EarlierLanes;
  /** The place of the group in the walk. */
  readonly key: string;
  readonly pass: number;
  /** The name that holds in a lane that passes. */
  readonly passing: string;
  readonly ids: readonly string[];
}

/** A longer one would go off at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One lane while its group is walked. */
interface Lane {
  readonly id: string;
  /** Those that must have ended, none of them passing, before it begins. */
  readonly after: readonly Lane[];
  /** Whether it passed, once it has ended. */
  readonly ended: Promise<boolean>;
  readonly end: (passed: boolean) => void;
  readonly control: AbortController;
  /** What it has saved; null: it has not begun. */
  scope: Scope | null;
  /** Whether what it had made counts, decided when it was ended; null: it was not. The journal has that, too. */
  stands: boolean | null;
}

export class Lanes {
  readonly #of: LanesOf;
  readonly #lanes = new Map<string, Lane>();
  readonly #open = new Set<Lane>();
  readonly #passed = new Set<Lane>();
  readonly #over = new AbortController();
  /** When enough had passed; null: not yet, or that has no meaning here. */
  #since: number | null;
  /** Ends when enough have passed, or all lanes have ended. */
  readonly #decided: Promise<void>;
  #decide: () => void = () => {};
  /** The grace was over before anything could be done in it: an earlier process was cut off. */
  readonly #isLate: boolean;

  constructor(of: LanesOf) {
    this.#of = of;
    this.#decided = new Promise((resolve) => {
      this.#decide = resolve;
    });
    this.#since = of.earlier.enough.get(of.key) ?? null;
    const { slots } = of.run.recipe;
    for (const id of of.ids) {
      const slot = slots[id];
      const after = slot?.spare ? [...this.#lanes.values()].filter((lane) => slots[lane.id]?.of === slot.of) : [];
      this.#add(id, after);
    }
    this.#isLate = this.#left === 0;
    if (this.#isLate) for (const lane of this.#open) lane.control.abort();
    if (this.#since !== null || this.#open.size === 0) this.#decide();
  }

  #add(id: string, after: readonly Lane[]): void {
    const { run, key, pass, earlier } = this.#of;
    let end: (passed: boolean) => void = () => {};
    const ended = new Promise<boolean>((resolve) => {
      end = resolve;
    });
    const stands = earlier.superseded.get(`${key}/${id}`) ?? null;
    const lane: Lane = { id, after, ended, end, control: new AbortController(), scope: null, stands };
    if (stands !== null) lane.control.abort();
    if (stands === false || after.length > 0) run.idle.add(`${pass}/${id}`);
    this.#lanes.set(id, lane);
    this.#open.add(lane);
  }

  /**
   * Walks one lane, once it is wanted, with the signal that ends it.
   * @param begun an earlier process has begun it
   * @returns the failure `notWanted` where nothing of it counts, and nobody is to blame
   */
  async walk(
    id: string,
    { scope, begun }: { readonly scope: Scope; readonly begun: boolean },
    work: (signal: AbortSignal) => Promise<Result<undefined>>,
  ): Promise<Result<undefined>> {
    const lane = this.#lanes.get(id)!;
    const { run, key, pass, passing, earlier } = this.#of;
    let passed = false;
    try {
      if (earlier.notNeeded.has(`${key}/${id}`)) return fail(notWanted);
      if (!begun && !(await this.#isWanted(lane))) {
        run.emit({ type: 'not_needed', pass, key, lane: id });
        return fail(notWanted);
      }
      lane.scope = scope;
      if (lane.stands !== false) run.idle.delete(`${pass}/${id}`);
      const walked = await work(AbortSignal.any([run.signal, lane.control.signal]));
      if (!walked.ok && lane.control.signal.aborted) this.#supersede(lane);
      passed = walked.ok && lane.stands === null && holds(scope.lookup(passing));
      if (lane.stands === null) return walked;
      return lane.stands ? ok(undefined) : fail(notWanted);
    } finally {
      lane.end(passed);
      this.#hasEnded(lane, passed);
    }
  }

  /** Ends when no lane has to be ended any more; to be waited for beside them. */
  async watch(): Promise<Result<undefined>> {
    await this.#decided;
    await waitFor(this.#left, this.#over.signal);
    // of those that come late, who is done already is seen when they have been walked
    if (this.#isLate || this.#over.signal.aborted || this.#of.run.signal.aborted) return ok(undefined);
    for (const lane of this.#open) if (lane.scope !== null) this.#supersede(lane);
    return ok(undefined);
  }

  /** How much of the grace is left, in milliseconds. */
  get #left(): number {
    const { enough } = this.#of.run.recipe;
    if (enough === null || this.#since === null) return LONGEST_TIMER;
    return Math.min(LONGEST_TIMER, Math.max(0, this.#since + enough.graceMs - Date.now()));
  }

  async #isWanted({ after }: Lane): Promise<boolean> {
    if (after.length === 0) return true;
    const passed = await Promise.all(after.map(({ ended }) => ended));
    if (this.#of.run.signal.aborted) return true; // it does not begin, and is not said to be superfluous
    return this.#since === null && !passed.includes(true);
  }

  /** Ends a lane. What it has made is a candidate where it has been seen whether that passes. */
  #supersede(lane: Lane): void {
    if (lane.stands !== null) return;
    const { run, key, pass, passing } = this.#of;
    lane.stands = lane.scope?.lookup(passing) !== undefined;
    if (!lane.stands) run.idle.add(`${pass}/${lane.id}`);
    run.emit({ type: 'superseded', pass, key, lane: lane.id, stands: lane.stands });
    lane.control.abort();
    hurryBase(run, pass);
  }

  #hasEnded(lane: Lane, passed: boolean): void {
    const { run, key, pass } = this.#of;
    this.#open.delete(lane);
    if (passed) this.#passed.add(lane);
    const { enough } = run.recipe;
    if (enough !== null && this.#since === null && this.#passed.size >= enough.passing) {
      this.#since = Date.now();
      const idsOf = (is: (each: Lane) => boolean) => [...this.#lanes.values()].filter(is).map(({ id }) => id);
      const passing = idsOf((each) => this.#passed.has(each));
      const others = idsOf((each) => this.#open.has(each) && each.scope !== null);
      if (others.length > 0) run.emit({ type: 'enough', pass, key, passing, others, grace_ms: enough.graceMs });
      this.#decide();
    }
    if (this.#open.size > 0) return;
    this.#over.abort();
    this.#decide();
  }
}
