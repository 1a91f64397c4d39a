// One run from its first step to the last effect put right: looks ahead, opens the session when something is to be done,
// walks the phases, and ends in one of the promised ways. What the steps do is not known here.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { type CandidateStore, dropWorkingFiles } from '../candidate/store.ts';
import { inWords, NO_BUDGET, withAmount } from '../core/budget.ts';
import { formatLimit, parseDuration } from '../core/duration.ts';
import type { Event, SessionStatus } from '../core/event.ts';
import { type ExitCode, type Failure, FailureError, fail, ok, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { dryRunEnds } from '../core/messages/control.ts';
import { engineMessages } from '../core/messages/engine-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Prompter } from '../core/question.ts';
import type { Recipe } from '../core/recipe.ts';
import { type Named, Scope } from '../core/scope.ts';
import { emptyRecord, type SessionRecord } from '../core/session-record.ts';
import { headline, type UndoHandlers } from '../session/effects.ts';
import { fold } from '../session/fold.ts';
import type { Usual } from '../session/forecast.ts';
import { Journal } from '../session/journal.ts';
import { newSessionId, Session } from '../session/session.ts';
import type { Executor } from '../steps/executor.ts';
import { Guard } from '../steps/guard.ts';
import { Paid } from '../steps/paid.ts';
import { restoreMeasured } from '../steps/remember-measured.ts';
import type { Reviewer } from '../steps/reviewer.ts';
import { Run, type RunOptions } from '../steps/run.ts';
import { whyIncomplete } from '../steps/tree-verdict.ts';
import { uncounted } from '../steps/within-budget.ts';
import { fileFailure } from '../system/file-failure.ts';
import type { Position } from './context.ts';
import { Deferred } from './deferred.ts';
import { earlierRun } from './earlier-run.ts';
import { type Foreseen, foresee } from './foresee.ts';
import { earlierLanes } from './lanes.ts';
import { roundsIn, roundsOf, type Walker, walkSequence } from './walk.ts';

interface RunRequest {
  readonly recipe: Recipe;
  readonly options: RunOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly prompter: Prompter;
  readonly review: Reviewer;
  readonly signal: AbortSignal;
  readonly executors: readonly Executor[];
  readonly undoHandlers: UndoHandlers;
  readonly listener: (event: Event) => void;
  /** The names that reports and prompts may use beside what steps save. */
  readonly names: (run: Run, lookup: (path: string) => Json | undefined) => Readonly<Record<string, Named>>;
  readonly openStore: (run: Run, session: Session) => Promise<Result<CandidateStore>>;
  /** Takes the lock of the working tree; the answer gives it back. */
  readonly lock: (run: Run, sessionId: string) => Promise<Result<() => Promise<void>>>;
  /** How long calls took in earlier sessions. */
  readonly usual: Usual;
  /** The folder of the session to go on with. */
  readonly resume?: string;
}

export interface Outcome {
  readonly exit: ExitCode;
  readonly failure: Failure | null;
  /** null: nothing was begun. */
  readonly record: SessionRecord | null;
  /** Filled in a dry run. */
  readonly foreseen: readonly Foreseen[];
}

export async function runRecipe(request: RunRequest): Promise<Outcome> {
  const { recipe, executors } = request;
  const journal = new Journal();
  const earlier = earlierRun(request.resume);
  // steps look at what was recorded before the session is open, too
  let early: SessionRecord = earlier.events.reduce(fold, emptyRecord);
  const waited: Event[] = [];
  journal.listen((event) => {
    if (run.opened) return;
    waited.push(event);
    early = fold(early, event);
  });
  journal.listen(request.listener);
  const root = new Scope(null, {
    options: recipe.options,
    recipe: {
      name: recipe.name,
      dir: join(recipe.file, '..'),
      timeout: formatLimit(recipe.timeout.defaultMs),
      repair: recipe.repairRounds,
    },
    home: request.env.HOME || homedir(),
  });
  const ending = new AbortController();
  const end = () => ending.abort();
  if (request.signal.aborted) end();
  request.signal.addEventListener('abort', end, { once: true });
  const run = new Run({
    recipe,
    options: request.options,
    env: request.env,
    prompter: request.prompter,
    review: request.review,
    signal: ending.signal,
    stop: end,
    emit: (event) => void journal.append(event),
    provide: (name, value) => root.set(name, value),
    recorded: () => (run.opened ? run.session.record : early),
    usual: request.usual,
  });
  for (const [lane, why] of earlier.out) run.out.set(lane, why);
  for (const [name, value] of Object.entries(request.names(run, (path) => root.lookup(path)))) root.set(name, value);

  let foreseen: readonly Foreseen[] = [];
  let unlock: (() => Promise<void>) | null = null;
  let session = null as Session | null;
  let beginning: Promise<Result<undefined>> | null = null;
  const begin = async (): Promise<Result<undefined>> => {
    const outlook = await foresee(walker, recipe.phases, position);
    const budget = withAmount(recipe.budget, request.options.budget);
    const open = uncounted(
      budget,
      recipe,
      [...run.seats.values()].flatMap(({ backends }) => backends[0] ?? []),
    );
    const first = budget === null ? [] : [`spend at most ${inWords(budget)}`, ...(open === null ? [] : [open.what])];
    foreseen = [...first.map((text) => ({ depth: 0, text })), ...outlook.lines];
    const refused = outlook.problems.length > 0 ? fail(engineMessages.refused({ problems: outlook.problems })) : null;
    if (request.options.dryRun) return refused ?? fail(dryRunEnds);
    const id = request.resume === undefined ? newSessionId() : request.resume.split('/').at(-1)!;
    const locked = await request.lock(run, id);
    if (!locked.ok) return locked;
    unlock = locked.value;
    if (refused !== null) return refused; // only now: what is in the way may be that of a session that still works here
    const opened = await refusable(async () => {
      session = await openSession(request, run, id, journal, root, waited);
      const store = await request.openStore(run, session);
      if (store.ok) run.open(session, store.value);
      return store;
    });
    if (!opened.ok) return opened.failure.exit === 130 ? opened : fail({ ...opened.failure, exit: 2 }); // nothing was touched
    if (open !== null) run.note(open.what, 'warning');
    await restoreMeasured(run, earlier.events);
    for (const event of earlier.events) if (event.type === 'plan') run.plans.set(event.plan.tree, event.plan);
    run.paid = new Paid(run.session.dir, earlier.events);
    if (run.seats.size === 0) return ok(undefined);
    const guard = await Guard.start(run);
    if (!guard.ok) return guard;
    run.guard = guard.value;
    return ok(undefined);
  };
  const walker: Walker = {
    run,
    executors: new Map(executors.map((executor) => [executor.name, executor])),
    rounds: roundsIn(recipe.phases),
    begin: () => (beginning ??= begin()),
    done: earlier.done,
    out: earlier.out,
    lanes: earlierLanes(earlier.events),
  };
  const place = { scope: root, keep: root, pass: 1, lane: null, path: '', signal: run.signal };
  const position: Position = { ...place, deferred: new Deferred(), beside: [] };

  let failure = await guarded(() => walkSequence(walker, recipe.phases, position));
  if (failure === dryRunEnds) return { exit: 0, failure: null, record: null, foreseen };
  if (!run.opened) {
    if (session !== null) await closeUnopened(session, failure);
    await releaseAll(unlock);
    return { exit: failure?.exit ?? 0, failure, record: null, foreseen };
  }
  run.finishing = true;
  failure = run.purse.stopped ?? failure;
  // what an interrupt cut short may say so in its own words
  if (request.signal.aborted && failure !== null && failure.exit < 3) failure = messages.interrupted();
  failure = withBreaches(run, failure ?? whyIncomplete(run));
  // Once the result is in the tree it stays there, also an incomplete one; what a signal or a fault of ours cut short goes.
  const kept = failure === null || (run.record.result !== null && failure.exit !== 130 && failure.exit !== 70);
  if (!kept) failure = await putBack(run, failure, false);
  root.set('outcome', {
    failure: failure?.what ?? '',
    remedy: failure?.remedy.join('\n') ?? '',
    complete: failure === null,
  });
  const last = await guarded(() =>
    walkSequence(walker, recipe.finally, { ...position, pass: lastPass(run), path: '/finally' }),
  );
  failure ??= last;
  if (kept) failure = await putBack(run, failure, true);
  return { ...(await close(run, failure, unlock)), foreseen };
}

/** Runs a walk; an exception is a fault of ours and becomes a failure that says so. */
async function guarded(walk: () => Promise<Result<undefined>>): Promise<Failure | null> {
  try {
    const walked = await refusable(walk);
    return walked.ok ? null : walked.failure;
  } catch (error) {
    return engineMessages.fault({ error });
  }
}

/** What the machine refuses is no fault of ours, wherever it was met. */
async function refusable<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    const path = error instanceof Error ? (error as NodeJS.ErrnoException).path : undefined;
    const told = fileFailure(error, path ?? 'a file of the session', 'written');
    if (told instanceof FailureError) return fail(told.failure);
    throw error;
  }
}

async function openSession(
  request: RunRequest,
  run: Run,
  id: string,
  journal: Journal,
  root: Scope,
  waited: readonly Event[],
): Promise<Session> {
  const { recipe, undoHandlers, env, resume } = request;
  if (resume !== undefined) {
    const session = Session.reopen(resume, journal, undoHandlers);
    const { budget: before, spent } = session.record;
    const known = { ...(before && { budget: before }), ...(spent && { spent }) };
    const { budget: said, delivery } = request.options;
    journal.append({ type: 'session_resume', pid: process.pid, ...known, ...(delivery && { delivery }) });
    // a higher one, say: then it is asked again once that is reached
    const budget = said && withAmount({ ...NO_BUDGET, ...before, over: recipe.budget?.over ?? 'ask' }, said);
    if (budget) journal.append({ type: 'budget', budget });
    return session;
  }
  const { repository, identity, task } = run;
  const repo = { slug: identity.slug, id: identity.id, toplevel: repository.top, origin: repository.originShown };
  run.timeoutSaid = saidLimit(recipe, root);
  const session = await Session.create(
    { command: recipe.name, repositoryFolder: identity.folder, repo, env },
    id,
    journal,
    undoHandlers,
  );
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
    pass_count: roundCount(recipe, root),
    timeout: run.timeoutSaid,
    pid: process.pid,
  });
  const { only, without, set, budget: said, delivery } = request.options;
  const budget = withAmount(recipe.budget, said);
  const triggers = (root.lookup('triggers') ?? {}) as Readonly<Record<string, string | number>>;
  const more = { ...(budget && { budget }), ...(delivery && { delivery }) };
  journal.append({ type: 'run_options', only, without, triggers, set, ...more });
  session.begin(waited);
  return session;
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

/** What ended the run, and what somebody changed meanwhile that is still as they left it. */
function withBreaches(run: Run, failure: Failure | null): Failure | null {
  const what = run.guard?.breaches.map(({ says }) => says) ?? [];
  if (what.length === 0 || failure === null || failure.id === 'breached') return failure;
  return messages.breachedBesides({ what, session: run.session.id, failure });
}

/** Takes back what the session did, but for the result, where that stays; what can't be put back is told above all else. */
async function putBack(run: Run, failure: Failure | null, keepsResult: boolean): Promise<Failure | null> {
  const fault = await guarded(async () => {
    await run.places.puttingBack.ended();
    return ok(undefined);
  });
  run.places.benches.clear();
  // what is left of a breach is for the user to decide; until then its commits are kept
  const breached = (run.guard?.breaches.length ?? 0) > 0;
  const outcome = await run.session.effects.undo(
    ({ kind, result }) =>
      !(keepsResult && result === true) && !(breached && (kind === 'guard' || kind === 'private-ref')),
  );
  for (const text of outcome.said) run.note(text, 'detail');
  const { first, others } = headline(outcome);
  for (const { what, remedy } of others) run.note([what, ...remedy].join('\n'), 'warning');
  return first ?? failure ?? fault;
}

const lastPass = (run: Run): number => run.record.passes.at(-1)?.number ?? 1;

const STATUS: Readonly<Record<ExitCode, SessionStatus>> = {
  0: 'completed',
  1: 'failed',
  2: 'failed',
  3: 'declined',
  4: 'failed',
  70: 'failed',
  130: 'interrupted',
};

async function close(
  run: Run,
  failure: Failure | null,
  unlock: (() => Promise<void>) | null,
): Promise<Omit<Outcome, 'foreseen'>> {
  const exit = failure?.exit ?? 0;
  const { session } = run;
  session.journal.append({ type: 'session_complete', status: STATUS[exit], exit, failure });
  const refused = await guarded(async () => {
    if (exit === 0) await session.becomeLatest();
    if (exit === 0 || exit === 3) await dropWorkingFiles(run.store); // nothing is left to go on with
    await session.settled();
    return ok(undefined);
  });
  const locked = await guarded(async () => {
    await releaseAll(unlock);
    return ok(undefined);
  });
  // what is in the tree is as good as it was; the lock of one who is gone holds nobody up
  for (const each of [refused, locked]) if (each !== null) run.note(each.what, 'warning');
  session.journal.close();
  return { exit, failure, record: session.record };
}

/** A session that could not be set up has done nothing that could be put back. */
async function closeUnopened(session: Session, failure: Failure | null): Promise<void> {
  session.journal.append({ type: 'session_complete', status: 'failed', exit: failure?.exit ?? 70, failure });
  await guarded(async () => {
    await session.settled();
    return ok(undefined);
  });
  session.journal.close();
}

async function releaseAll(unlock: (() => Promise<void>) | null): Promise<void> {
  await unlock?.();
}
