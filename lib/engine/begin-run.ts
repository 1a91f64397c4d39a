// How a run begins to act, before its first step that does: it looks ahead, takes the lock and opens the session, or
// says what stands against that. Until then what happens waits to be written down.

import type { CandidateStore } from '../candidate/store.ts';
import { inWords, NO_BUDGET, withAmount } from '../core/budget.ts';
import { formatLimit, parseDuration } from '../core/duration.ts';
import type { Event } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { dryRunEnds } from '../core/messages/control.ts';
import { engineMessages } from '../core/messages/engine-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import type { Named, Scope } from '../core/scope.ts';
import { emptyRecord, type SessionRecord } from '../core/session-record.ts';
import type { UndoHandlers } from '../session/effects.ts';
import { fold } from '../session/fold.ts';
import { Journal } from '../session/journal.ts';
import { newSessionId, Session } from '../session/session.ts';
import type { Executor } from '../steps/executor.ts';
import { Guard } from '../steps/guard.ts';
import { Paid } from '../steps/paid.ts';
import { restoreMeasured } from '../steps/remember-measured.ts';
import type { Run, RunParts } from '../steps/run-context.ts';
import { uncounted } from '../steps/within-budget.ts';
import type { Position, Walker } from './context.ts';
import type { EarlierRun } from './earlier-run.ts';
import { refusable } from './guarded.ts';
import { type Previewed, preview } from './preview.ts';
import { roundsIn, roundsOf } from './walk.ts';

export interface RunRequest
  extends Pick<RunParts, 'recipe' | 'options' | 'env' | 'prompter' | 'review' | 'signal' | 'usual'> {
  readonly executors: readonly Executor[];
  readonly undoHandlers: UndoHandlers;
  readonly listener: (event: Event) => void;
  /** The names that reports and prompts may use beside what steps save. */
  readonly names: (run: Run, lookup: (path: string) => Json | undefined) => Readonly<Record<string, Named>>;
  readonly openStore: (run: Run, session: Session) => Promise<Result<CandidateStore>>;
  /** Takes the lock of the working tree; the answer gives it back. */
  readonly lock: (run: Run, sessionId: string) => Promise<Result<() => Promise<void>>>;
  /** The folder of the session to go on with. */
  readonly resume?: string;
}

export class Beginning {
  readonly journal = new Journal();
  /** What is on record before the session is open: steps look at that, too. */
  record: SessionRecord;
  /** What the look ahead has shown. */
  previewed: readonly Previewed[] = [];
  session: Session | null = null;
  /** Gives the lock back, once it is taken. */
  unlock: () => Promise<void> = async () => {};
  readonly #request: RunRequest;
  readonly #root: Scope;
  readonly #earlier: EarlierRun;
  readonly #waited: Event[] = [];
  #begun: Promise<Result<undefined>> | null = null;
  #isOpen = false;

  constructor(request: RunRequest, root: Scope, earlier: EarlierRun) {
    this.#request = request;
    this.#root = root;
    this.#earlier = earlier;
    this.record = earlier.events.reduce(fold, emptyRecord);
    this.journal.listen((event) => {
      if (this.#isOpen) return;
      this.#waited.push(event);
      this.record = fold(this.record, event);
    });
    this.journal.listen(request.listener);
  }

  /** Once a run, whoever asks first. @param position where the whole recipe begins */
  begin(walker: Walker, position: Position): Promise<Result<undefined>> {
    this.#begun ??= this.#begin(walker, position);
    return this.#begun;
  }

  async #begin(walker: Walker, position: Position): Promise<Result<undefined>> {
    const { run } = walker;
    const { options, resume, lock, openStore } = this.#request;
    const { refused, open } = await this.#lookAhead(walker, position);
    if (options.dryRun) return refused ?? fail(dryRunEnds);
    const id = resume === undefined ? newSessionId() : resume.split('/').at(-1)!;
    const locked = await lock(run, id);
    if (!locked.ok) return locked;
    this.unlock = locked.value;
    if (refused !== null) return refused; // only now: what is in the way may be that of a session that still works here
    const opened = await refusable(async () => {
      this.session = resume === undefined ? await this.#create(run, id) : this.#reopen(resume);
      const store = await openStore(run, this.session);
      if (store.ok) {
        run.open(this.session, store.value);
        this.#isOpen = true;
      }
      return store;
    });
    // nothing was touched
    if (!opened.ok) return opened.failure.exit === 130 ? opened : fail({ ...opened.failure, exit: 2 });
    if (open !== null) run.note(open.what, 'warning');
    return this.#takeOver(run);
  }

  /** What would be done, and what stands against it; `open`: which models the budget can't count. */
  async #lookAhead(walker: Walker, position: Position) {
    const { recipe, options } = this.#request;
    const { lines, problems } = await preview(walker, recipe.phases, position);
    const budget = withAmount(recipe.budget, options.budget);
    const backends = [...walker.run.participants.values()].flatMap((participant) => participant.backends[0] ?? []);
    const open = uncounted(budget, recipe, backends);
    const first = budget === null ? [] : [`spend at most ${inWords(budget)}`, ...(open === null ? [] : [open.what])];
    this.previewed = [...first.map((text) => ({ depth: 0, text })), ...lines];
    return { open, refused: problems.length > 0 ? fail(engineMessages.refused({ problems })) : null };
  }

  /** What earlier processes of the session had come to; and from now on the repository is watched. */
  async #takeOver(run: Run): Promise<Result<undefined>> {
    const { events } = this.#earlier;
    await restoreMeasured(run, events);
    for (const event of events) if (event.type === 'plan') run.plans.set(event.plan.tree, event.plan);
    for (const event of events) {
      if (event.type === 'host_lost') run.hosts.lost.add(event.host);
      if (event.type === 'attempt_end' && event.result.failure === 'lost') run.hosts.lost.add(event.result.host ?? '');
    }
    run.paid = new Paid(run.session.dir, events);
    if (run.participants.size === 0) return ok(undefined);
    const guard = await Guard.start(run);
    if (!guard.ok) return guard;
    run.guard = guard.value;
    return ok(undefined);
  }

  #reopen(dir: string): Session {
    const { recipe, undoHandlers, options } = this.#request;
    const { journal } = this;
    const session = Session.reopen(dir, journal, undoHandlers);
    const { budget: before, spent } = session.record;
    const known = { ...(before && { budget: before }), ...(spent && { spent }) };
    const { budget: said, delivery } = options;
    journal.append({ type: 'session_resume', pid: process.pid, ...known, ...(delivery && { delivery }) });
    // a higher one, say: then it is asked again once that is reached
    const budget = said && withAmount({ ...NO_BUDGET, ...before, over: recipe.budget?.over ?? 'ask' }, said);
    if (budget) journal.append({ type: 'budget', budget });
    return session;
  }

  async #create(run: Run, id: string): Promise<Session> {
    const { recipe, undoHandlers, options, env } = this.#request;
    const { journal } = this;
    const { repository, identity, task } = run;
    const repo = { slug: identity.slug, id: identity.id, toplevel: repository.top, origin: repository.originShown };
    run.timeoutSaid = saidLimit(recipe, this.#root);
    const place = { command: recipe.name, repositoryFolder: identity.folder, repo, env };
    const session = await Session.create(place, id, journal, undoHandlers);
    journal.append({
      type: 'session_start',
      session_id: id,
      session_dir: session.dir,
      command: recipe.name,
      recipe: recipe.file,
      recipe_sources: recipe.sources,
      repository: repository.top,
      branch: repository.branch,
      ref: repository.base,
      trunk: repository.trunk,
      ...(repository.plain && { plain: true }),
      prompt_summary: [...task.replace(/\s+/g, ' ').trim()].slice(0, 120).join(''),
      task,
      pass_count: roundCount(recipe, this.#root),
      timeout: run.timeoutSaid,
      pid: process.pid,
    });
    const { only, without, set, budget: said, delivery } = options;
    const budget = withAmount(recipe.budget, said);
    const triggers = (this.#root.lookup('triggers') ?? {}) as Readonly<Record<string, string | number>>;
    const more = { ...(budget && { budget }), ...(delivery && { delivery }) };
    journal.append({ type: 'run_options', only, without, triggers, set, ...more });
    session.begin(this.#waited);
    return session;
  }
}

/** How many rounds there will be at most. */
function roundCount(recipe: Recipe, root: Scope): number {
  const repeat = roundsIn(recipe.phases)?.repeat;
  const rounds = repeat ? roundsOf(repeat, root) : 1;
  return typeof rounds === 'number' ? rounds : 1; // refused when the run comes to it
}

/** The limit that was asked for or set by a trigger, else the recipe's. */
function saidLimit(recipe: Recipe, root: Scope): string {
  const said = root.lookup('triggers.timeout') ?? root.lookup('timeout');
  const limit = typeof said === 'string' || typeof said === 'number' ? parseDuration(said) : undefined;
  return formatLimit(limit === undefined ? recipe.timeout.defaultMs : limit);
}
