// One run of a loaded recipe, from its first line on the terminal to its report: wires engine and view together.

import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CandidateStore } from '../candidate/store.ts';
import type { Event } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Recipe } from '../core/recipe.ts';
import { shellWord } from '../core/shell-word.ts';
import { type Outcome, runRecipe } from '../engine/run-recipe.ts';
import { emptyRecord } from '../session/record.ts';
import { executors } from '../steps/index.ts';
import type { RunOptions } from '../steps/run.ts';
import { repositoryAround } from '../system/find-on-path.ts';
import { gitText } from '../system/git.ts';
import { endAll, killEverythingNow } from '../system/process.ts';
import { createPrompter } from '../system/prompt.ts';
import { onInterrupt } from '../system/signals.ts';
import type { View } from '../view/index.ts';
import { createPuttingBack } from '../view/putting-back.ts';
import { muchKept } from '../view/session-rows.ts';
import { announcing } from './announce.ts';
import type { CommandLine } from './arguments.ts';
import { reportNames } from './report-names.ts';
import { createReviewer } from './reviewer.ts';
import { lockWorkingTree, openCandidates, undoHandlers } from './session-parts.ts';
import { countingSessions } from './session-sizes.ts';
import { viewFor } from './view-for.ts';
import { leaveReport } from './write-report.ts';

/** Runs a loaded recipe, on a sample of its own where it has one. */
export async function runLoaded(
  line: CommandLine,
  recipe: Recipe,
  options: RunOptions,
  resume?: string,
): Promise<number> {
  const view = await viewFor(line);
  const quiet = line.flags.has('quiet');
  if (!quiet) for (const said of [`mm ${recipe.name}: ${recipe.summary}`, ...recipe.notes]) view.say(said);
  const prompter = announcing(
    createPrompter({ input: process.stdin, screen: view.questions, print: (text) => view.say(text) }),
    recipe,
    view,
  );
  const headless = options.headless || !prompter.available;
  const interrupt = new AbortController();
  const puttingBack = createPuttingBack();
  // a session that is gone on with begins with no event that tells where it lies
  let sessionDir: string | null = resume ?? null;
  let repository: string | null = resume === undefined ? null : options.cwd;
  let store: CandidateStore | undefined;
  let bytesKept: (() => Promise<number>) | null = null;
  const release = onInterrupt(
    () => {
      view.interrupt(puttingBack.now(), recoverCommand(sessionDir, repository));
      interrupt.abort();
      prompter.close();
      void endAll();
    },
    () => {
      killEverythingNow();
      view.leaving(recoverCommand(sessionDir, repository));
      view.close();
      process.exit(130);
    },
  );
  try {
    const sampled = recipe.sample !== null && resume === undefined;
    const { cwd, located, ...rest } = options;
    const place = sampled ? { cwd: await makeSample(recipe.sample!) } : { cwd, ...(located && { located }) };
    const outcome = await runRecipe({
      recipe,
      // there is nothing of anybody's in a sample that a yes could harm
      options: { ...rest, ...place, headless, yes: options.yes || (sampled && headless) },
      env: process.env,
      prompter,
      review: createReviewer(view, prompter, () => sessionDir),
      signal: interrupt.signal,
      executors,
      undoHandlers,
      listener: (event: Event) => {
        if (event.type === 'session_start') {
          [sessionDir, repository] = [event.session_dir, event.repository];
          if (!quiet) bytesKept ??= countingSessions(sessionDir);
        }
        puttingBack.apply(event);
        view.event(event);
      },
      names: reportNames,
      openStore: async (run, session) => {
        const opened = await openCandidates(run, session);
        if (opened.ok) store = opened.value;
        return opened;
      },
      lock: lockWorkingTree,
      ...(resume === undefined ? {} : { resume }),
    });
    const exit = tellOutcome(view, line, options, outcome);
    release();
    if (outcome.record !== null) {
      const dir = outcome.record.session_dir;
      const [, sizes] = await Promise.all([
        leaveReport(view, dir, { exit, quiet, store }),
        quiet ? null : (bytesKept ?? countingSessions(dir))().then(muchKept, notCounted),
      ]);
      if (sizes !== null) view.say(sizes); // sessions are never deleted unasked
    }
    return exit;
  } finally {
    release();
    prompter.close();
    view.close();
  }
}

/** It is said by the way, and no reason for the run to end otherwise than it did. */
const notCounted = (error: unknown): string =>
  `What sessions take was not counted: ${error instanceof Error ? error.message : String(error)}`;

function tellOutcome(
  view: View,
  line: CommandLine,
  options: RunOptions,
  { exit, failure, record, foreseen }: Outcome,
): number {
  if (options.dryRun && failure === null) {
    view.show(
      ['# What would happen', '', ...foreseen.map(({ depth, text }) => `${'  '.repeat(depth)}- ${text}`)].join('\n'),
    );
  }
  if (failure) view.failure(withWaysOn(failure, record));
  if (line.flags.has('json'))
    view.document(`${JSON.stringify(documentOf({ record, failure, ...(options.dryRun && { foreseen }) }), null, 2)}\n`);
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
  foreseen,
}: Pick<Outcome, 'record' | 'failure'> & Partial<Outcome>): object {
  if (record) return record;
  const why = failure && { id: failure.id, what: failure.what, remedy: failure.remedy };
  const nothing = { ...emptyRecord, status: foreseen && !failure ? 'declined' : 'failed', failure: why };
  return { ...nothing, ...(foreseen && { dry_run: foreseen }) };
}

/** What takes back what a session did, as it is typed where the user is. */
function recoverCommand(sessionDir: string | null, repository: string | null): string {
  const elsewhere = repository !== null && repositoryAround(process.cwd()) !== repository;
  const mm = elsewhere ? `mm -C ${shellWord(repository)}` : 'mm';
  return sessionDir === null ? `${mm} recover` : `${mm} recover ${basename(sessionDir)}`;
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
