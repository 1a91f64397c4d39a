// One run of one recipe: what all its steps share. It hands things out; what is done with them is the steps' business.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CandidateStore } from '../candidate/store.ts';
import type { Plan } from '../core/candidate.ts';
import type { Emit } from '../core/events.ts';
import { type Failure, FailureError, type Result } from '../core/failure.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Attempt } from '../core/model-event.ts';
import type { Prompter } from '../core/question.ts';
import type { Recipe, Slot } from '../core/recipe.ts';
import type { Reviewer } from '../core/review-request.ts';
import type { Named } from '../core/scope.ts';
import type { PassRecord, SessionRecord } from '../core/session-record.ts';
import { mayAsk } from '../model/backend-command.ts';
import { endsBranch } from '../repository/checked-out.ts';
import type { RepositoryFacts } from '../repository/inspect.ts';
import type { Usual } from '../session/forecast.ts';
import type { Session } from '../session/session.ts';
import { stamp } from '../system/clock.ts';
import { Condition } from '../system/condition.ts';
import type { RunOptions } from './invocation.ts';
import { Hosts } from './known-hosts.ts';
import { Tested } from './measured.ts';
import type { Participant } from './model-question.ts';
import { Paid } from './paid.ts';
import { Purse } from './purse.ts';
import { Places } from './run-places.ts';
import { Stagger } from './stagger.ts';

/** What steps use of the guard (guard.ts). */
interface Watch {
  readonly violations: readonly { readonly says: string }[];
  /** A command of theirs is about to run. */
  began(who: string): void;
  check(who: string, pass: number): Promise<void>;
  accept(): Promise<void>;
  /** From now on the user's tree is not as it was by our own doing. */
  resultIsIn(): void;
  putBack(pass: number): Promise<Result<readonly string[]>>;
}

export interface RunParts {
  readonly recipe: Recipe;
  readonly options: RunOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly prompter: Prompter;
  readonly review: Reviewer;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Ends what runs, as an interrupt would. */
  readonly stop: () => void;
  /** Gives a name of the recipe language its value for the whole run. */
  readonly provide: (name: string, value: Named) => void;
  readonly recorded: () => SessionRecord;
  /** How long calls took in earlier sessions. */
  readonly usual: Usual;
}

/** What a run is given is its own. */
class Given {
  constructor(parts: RunParts) {
    Object.assign(this, parts);
  }
}

export class Run extends (Given as new (parts: RunParts) => RunParts) {
  task = '';
  /** The run is over; what still runs is the recipe's `finally`, also after an interrupt. */
  finishing = false;
  /** How many recorded rounds have been walked through. */
  roundsDone = 0;
  /** The one that is walked through: a resumed run goes through earlier ones again, not the last on record. */
  roundNow = Number.POSITIVE_INFINITY;
  /** `timeout`, `gtimeout` or whatever the recipe's `timeout.wrap` found here; our own timer holds anyway. */
  timeoutCommand: string | null = null;
  /** The limit of models that did not get one of their own, as it is written down. */
  timeoutSaid = '';
  /** Texts that a look ahead has filled in, by file name. */
  readonly previewed = new Map<string, string>();
  /** How the repository is called in folder names. */
  identity = { slug: '', id: '', folder: '' };
  gates: Readonly<Record<string, GateSpec>> = {};
  readonly participants = new Map<string, Participant>();
  /** Slots that are out of a pass: `<pass>/<slot>` → why. */
  readonly out = new Map<string, Failure>();
  /** Lanes with nothing to do in a pass, not yet or not any more: `<pass>/<slot>`. Nobody waits for what they make. */
  readonly idle = new Set<string>();
  /** What was put together so far, by its tree. */
  readonly plans = new Map<string, Plan>();
  /** Why no host of a slot can be used, by the slot. */
  readonly absent = new Map<string, string>();
  /** Whether a command line is installed, as far as it has been looked for. */
  readonly onPath = new Map<string, boolean>();
  /** Diffs and files of candidates that are being written, by slot. */
  readonly publishing = new Map<string, Promise<unknown>>();
  /** What an earlier process of this session got from models. */
  paid = new Paid();
  readonly purse = new Purse();
  readonly hosts = new Hosts();
  readonly stagger = new Stagger(this.recipe.staggerMs);
  readonly places = new Places();
  readonly tested = new Tested();
  /** Told when a lane has been prepared, its candidate tested, or its slot has left the pass. */
  readonly lanes = new Condition();
  /** Gates that show nothing of a lane's work, and why: what they say counts only in the user's own tree. */
  readonly blind = new Map<string, string>();
  /** Where a gate fails in the user's tree: in what that is known to differ from where the result was proven. */
  differs: readonly string[] = [];
  /** A model was told what to change, and the plan that comes of it has not been accepted (yet). */
  undecided = false;
  /** What CLIs said their version is, by their names. */
  readonly versions = new Map<string, string>();
  /** How often the user had the accepted result mended. */
  mends = 0;
  /** Slots as they are asked elsewhere than where they work, by slot and place. */
  readonly #askers = new Map<string, Participant>();
  readonly #stamps: string[] = [];
  readonly #told = new Set<string>();
  /** Watches the user's repository from before the first model on. */
  guard: Watch | null = null;
  #repository: RepositoryFacts | null = null;
  #session: Session | null = null;
  #store: CandidateStore | null = null;

  get repository(): RepositoryFacts {
    if (this.#repository === null) throw new FailureError(messages.noRepositoryStep());
    return this.#repository;
  }
  set repository(facts: RepositoryFacts) {
    this.#repository = facts;
  }

  get session(): Session {
    return this.#session ?? missing('an open session');
  }
  get opened(): boolean {
    return this.#session !== null;
  }

  /** The tree that all work starts from. */
  get baseTree(): string {
    return this.store.baseTree;
  }

  /** `<name>.<ending>`, or `<name>.2.<ending>` and so on where that is there: nothing overwrites an earlier file. */
  freshFile(folder: string, name: string, ending: string): string {
    return fresh((number) => join(folder, `${name}${number === 1 ? '' : `.${number}`}.${ending}`));
  }

  /** A folder of the session that is not there yet. */
  freshFolder(name: string): string {
    return fresh((number) => join(this.session.dir, `${name}-${number}`));
  }

  get store(): CandidateStore {
    return this.#store ?? missing('an open session');
  }

  /** From now on the run acts: everything goes through this session. */
  open(session: Session, store: CandidateStore): void {
    this.#session = session;
    this.#store = store;
  }

  get record(): SessionRecord {
    return this.recorded();
  }

  /** What a look ahead needs to know of the place, before there is a session. */
  get ground() {
    const { top, commonDir, base, branches } = this.repository;
    return { top, commonDir, base, branches, sessionDir: this.#session?.dir ?? '' };
  }

  /** What is on record of the round that is walked through, after those before it. */
  get roundRecords(): readonly PassRecord[] {
    return this.record.passes.filter(({ number }) => number <= this.roundNow);
  }

  /** All starts of models on record. */
  get attempts(): readonly Attempt[] {
    return this.record.passes.flatMap(({ models, asked }) => [
      ...Object.values(models).flatMap(({ attempts }) => attempts),
      ...asked.map(({ attempt }) => attempt),
    ]);
  }

  passRecord(pass: number): PassRecord | undefined {
    return this.record.passes.find((each) => each.number === pass);
  }

  title(slot: string): string {
    return this.recipe.slots[slot]?.title ?? slot;
  }

  /** Notes that a slot takes no further part in a pass. */
  leaveOut(lane: string | null, pass: number, failure: Failure): void {
    const before = this.primary(pass);
    if (lane !== null) this.out.set(`${pass}/${lane}`, failure);
    this.lanes.tell();
    const who = lane === null ? '' : `${this.title(lane)} is out of this pass. `;
    // of a model that failed, or that no budget was left for, its own event has told already
    const isTold = failure.id === 'modelFailed' || (failure.id === 'budgetReached' && lane !== null);
    if (!isTold) this.note(`${who}${failure.what}`, 'warning');
    const now = this.primary(pass);
    if (before !== now && now && !this.isOut(now.slot.id, pass))
      this.note(`${now.slot.title} takes its place as the primary.`, 'warning');
  }

  isOut(slot: string, pass: number): boolean {
    return this.out.has(`${pass}/${slot}`);
  }

  /**
   * The slot that compares and integrates: the recipe's primary, else the first that works, of those that can be asked
   * where there are any; undefined: there is no model that could be asked.
   */
  primary(pass: number): Participant | undefined {
    const rank = ({ slot, backends }: Participant) =>
      (slot.primary ? 4 : 2 * Number(backends.some((backend) => mayAsk(backend, false)))) +
      Number(slot.hosts.length === 0); // nearer
    const asked = [...this.participants.values()].filter(({ backends }) => backends.length > 0);
    const participants = asked.sort((a, b) => rank(b) - rank(a));
    return participants.find(({ slot }) => !this.isOut(slot.id, pass)) ?? participants[0];
  }

  /** Who can be asked under this name of the recipe's: a slot with a model, or `primary`. */
  asked(id: string, pass: number): Participant | undefined {
    const participant = id === 'primary' ? this.primary(pass) : this.participants.get(id);
    return participant && participant.backends.length > 0 ? participant : undefined;
  }

  /** A slot where it is asked: the same each time, so that a backend that can't be used is left for good. */
  asker(slot: Slot, place: string, backends: Slot['backends']): Participant {
    const key = `${slot.id} ${place}`;
    const known = this.#askers.get(key) ?? { slot, backends, current: 0 };
    this.#askers.set(key, known);
    return known;
  }

  /** `YYYYMMDD-HHMMSS` of a round, the same however often it is asked for, and no other round's or session's. */
  roundStamp(round: number): string {
    this.#stamps[round] ??= this.#freshStamp();
    return this.#stamps[round];
  }

  #freshStamp(): string {
    const begun = Date.now();
    const isTaken = (at: number) =>
      this.#stamps.includes(stamp(at)) ||
      (at - begun < FEW_SECONDS_MS && this.#repository !== null && endsBranch(this.#repository.commonDir, stamp(at)));
    let at = begun;
    while (isTaken(at)) at += 1000;
    return stamp(at);
  }

  note(text: string, level: 'detail' | 'info' | 'warning' = 'info'): void {
    this.emit({ type: 'note', level, text });
  }

  /** A warning that may come up again, on another tree say: it is told once. */
  warnOnce(text: string): void {
    this.noteOnce(text, text, 'warning');
  }

  /** @param about what it is told once of */
  noteOnce(about: string, text: string, level: 'detail' | 'info' | 'warning'): void {
    if (!this.#told.has(about)) this.note(text, level);
    this.#told.add(about);
  }
}

/** So many sessions will not begin in one second. */
const FEW_SECONDS_MS = 10_000;

/** The first of some paths that is not there. */
function fresh(path: (number: number) => string): string {
  let number = 1;
  while (existsSync(path(number))) number++;
  return path(number);
}

function missing(what: string): never {
  throw new Error(`a step asked for ${what} before there was one`);
}
