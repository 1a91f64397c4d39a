// One run of a loaded recipe, from its first line on the terminal to its report: wires engine and view together.

import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CandidateStore } from '../candidate/store.ts';
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import type { Prompter } from '../core/question.ts';
import type { Recipe } from '../core/recipe.ts';
import { emptyRecord } from '../core/session-record.ts';
import { shellWord } from '../core/shell-word.ts';
import type { Forecast } from '../core/statistics.ts';
import { type Outcome, runRecipe } from '../engine/run-recipe.ts';
import { sessionFolders } from '../session/find.ts';
import { forecastOf, type Usual, usualOf } from '../session/forecast.ts';
import { readHistory } from '../session/history.ts';
import { executors } from '../steps/index.ts';
import type { RunOptions } from '../steps/invocation.ts';
import { repositoryAround } from '../system/find-on-path.ts';
import { gitText } from '../system/git.ts';
import { endAll, killEverythingNow } from '../system/process.ts';
import { onInterrupt } from '../system/signals.ts';
import type { View } from '../view/index.ts';
import { PendingUndo } from '../view/pending-undo.ts';
import { muchKept } from '../view/session-rows.ts';
import { forecastLine } from '../view/stats-lines.ts';
import type { CommandLine } from './arguments.ts';
import { createReviewer } from './create-reviewer.ts';
import { LaneScreen } from './lane-screen.ts';
import { Notifier } from './notifier.ts';
import { reportNames } from './report-names.ts';
import { lockWorkingTree, openCandidates } from './session-parts.ts';
import { countingSessions } from './session-sizes.ts';
import { undoHandlers } from './undo-handlers.ts';
import { prompterFor, viewFor } from './view-for.ts';
import { leaveReport } from './write-report.ts';

/**
 * Runs a loaded recipe, on a sample of its own where it has one.
 * @param folder of the repository's sessions; null: it has none yet
 * @param resume the folder of the session to go on with
 */
export async function runLoaded(
  line: CommandLine,
  recipe: Recipe,
  options: RunOptions,
  folder: string | null,
  resume?: string,
): Promise<number> {
  const earlier = earlierRuns(recipe.sample === null ? folder : null, recipe.name);
  const view = await viewFor(line);
  const quiet = line.flags.has('quiet');
  if (!quiet) for (const said of [`mm ${recipe.name}: ${recipe.summary}`, ...recipe.notes]) view.say(said);
  let isOver = false;
  if (!quiet && resume === undefined)
    void earlier.forecast.then((forecast) => forecast && !isOver && view.say(forecastLine(forecast)));
  const asking = prompterFor(view);
  const headless = options.headless || !asking.available;
  const notifier = new Notifier(recipe, view, { headless, task: options.task });
  const prompter = notifier.announcing(asking);
  // a session that is gone on with begins with no event that says where it lies
  const session: SessionPlace = { dir: resume ?? null, repository: resume === undefined ? null : options.cwd };
  const lanes = quiet ? null : new LaneScreen(view, asking, () => session.dir);
  const pending = new PendingUndo();
  const { signal, release } = interruptible(view, prompter, pending, session);
  let store: CandidateStore | undefined;
  let bytesKept: (() => Promise<number>) | null = null;
  try {
    const outcome = await runRecipe({
      recipe,
      options: await onSample(recipe, { ...options, headless }, resume),
      env: process.env,
      prompter,
      review: createReviewer(view, prompter, () => session.dir),
      signal,
      executors,
      undoHandlers,
      listener: (event: Event) => {
        if (event.type === 'session_start') {
          [session.dir, session.repository] = [event.session_dir, event.repository];
          if (!quiet) bytesKept ??= countingSessions(event.session_dir);
        }
        pending.apply(event);
        view.event(event);
        notifier.event(event);
        lanes?.event(event);
      },
      names: reportNames,
      openStore: async (run, opening) => {
        const opened = await openCandidates(run, opening);
        if (opened.ok) store = opened.value;
        return opened;
      },
      lock: lockWorkingTree,
      usual: earlier.usual,
      ...(resume === undefined ? {} : { resume }),
    }).finally(() => lanes?.end());
    isOver = true;
    const exit = showOutcome(view, line, options, outcome);
    release();
    if (outcome.record !== null) {
      const dir = outcome.record.session_dir;
      const sizes = quiet ? null : (bytesKept ?? countingSessions(dir))().then(muchKept, notCounted);
      const [, much] = await Promise.all([leaveReport(view, dir, { exit, quiet, store }), sizes]);
      if (much !== null) view.say(much); // sessions are never deleted unasked
    }
    return exit;
  } finally {
    release();
    prompter.close();
    view.close();
  }
}

/** So many are read: a start must not wait for years of them. */
const MOST = 50;

/**
 * What the newest earlier sessions of a recipe here tell a new one: what it will probably take, and from when on a call
 * is unusually long. Read while the run begins; that they can't be read holds nothing up.
 * @param folder the repository's, below the state root; null: it has none
 */
function earlierRuns(folder: string | null, command: string): { forecast: Promise<Forecast | null>; usual: Usual } {
  let usual: Usual = () => undefined;
  const read = async (): Promise<Forecast | null> => {
    if (folder === null) return null;
    const { ended } = await readHistory(
      sessionFolders(folder).filter((each) => each.command === command),
      MOST,
    );
    usual = usualOf(ended);
    return forecastOf(ended, command);
  };
  return { forecast: read().catch(() => null), usual: (call) => usual(call) };
}

/** Where the session of a run lies, once it is known. */
interface SessionPlace {
  dir: string | null;
  repository: string | null;
}

/** Ends the run at the first Ctrl-C, with all that it has to undo, and the program at the second. */
function interruptible(view: View, prompter: Prompter, pending: PendingUndo, session: SessionPlace) {
  const interrupt = new AbortController();
  const release = onInterrupt(
    () => {
      view.interrupt(pending.now(), recoverCommand(session));
      interrupt.abort();
      prompter.close();
      void endAll();
    },
    () => {
      killEverythingNow();
      view.leaving(recoverCommand(session));
      view.close();
      process.exit(130);
    },
  );
  return { signal: interrupt.signal, release };
}

/** The options of a run that works on the recipe's sample, where it has one. */
async function onSample(recipe: Recipe, options: RunOptions, resume: string | undefined): Promise<RunOptions> {
  if (recipe.sample === null || resume !== undefined) return options;
  const { located: _, ...rest } = options;
  // there is nothing of anybody's in a sample that a yes could harm
  return { ...rest, cwd: await makeSample(recipe.sample), yes: options.yes || options.headless };
}

/** It is said by the way, and no reason for the run to end otherwise than it did. */
const notCounted = (error: unknown): string =>
  `What sessions take was not counted: ${error instanceof Error ? error.message : String(error)}`;

function showOutcome(
  view: View,
  line: CommandLine,
  options: RunOptions,
  { exit, failure, record, previewed }: Outcome,
): number {
  if (options.dryRun && failure === null) {
    view.show(
      ['# What would happen', '', ...previewed.map(({ depth, text }) => `${'  '.repeat(depth)}- ${text}`)].join('\n'),
    );
  }
  if (failure) view.failure(withWaysOn(failure, record));
  if (line.flags.has('json'))
    view.document(
      `${JSON.stringify(documentOf({ record, failure, ...(options.dryRun && { previewed }) }), null, 2)}\n`,
    );
  return exit;
}

/** An interrupted run has put everything back; its session waits, and can be gone on with. */
function withWaysOn(failure: Failure, record: Outcome['record']): Failure {
  if (failure.id !== 'interrupted' || record === null || failure.remedy.length > 0) return failure;
  return {
    ...failure,
    what: 'Interrupted. Everything is as it was before the run.',
    remedy: [
      'To go on where it ended, with nothing asked or paid for twice:',
      `mm resume ${record.session_id}`,
      'Should a run ever be killed before it could put everything back, this does it:',
      `mm recover ${record.session_id}`,
    ],
  };
}

/** What `--json` prints: session.json, or, where no session was begun, the same without anything in it but why. */
export function documentOf({
  record,
  failure,
  previewed,
}: Pick<Outcome, 'record' | 'failure'> & Partial<Outcome>): object {
  if (record) return record;
  const why = failure && { id: failure.id, what: failure.what, remedy: failure.remedy };
  const nothing = { ...emptyRecord, status: previewed && !failure ? 'declined' : 'failed', failure: why };
  return { ...nothing, ...(previewed && { dry_run: previewed }) };
}

/** What undoes a session, as it is typed where the user is. */
function recoverCommand({ dir, repository }: SessionPlace): string {
  const elsewhere = repository !== null && repositoryAround(process.cwd()) !== repository;
  const mm = elsewhere ? `mm -C ${shellWord(repository)}` : 'mm';
  return dir === null ? `${mm} recover` : `${mm} recover ${basename(dir)}`;
}

/**
 * A folder of the recipe's, copied into a temporary place and committed there, for a demonstration.
 * @returns the top of the new repository; it stays there for the user to look at
 */
async function makeSample(folder: string): Promise<string> {
  const top = join(realpathSync(mkdtempSync(join(tmpdir(), 'mm-'))), basename(folder));
  cpSync(folder, top, { recursive: true });
  await gitText({ cwd: top }, ['init', '-q', '-b', 'main']);
  await gitText({ cwd: top }, ['add', '-A']);
  await gitText({ cwd: top }, ['commit', '-q', '-m', 'A sample project']);
  return top;
}
