// One run from its first step to the last effect put right: walks the phases, begins to act when something is to be
// done, and ends in one of the promised ways. What the steps do is not known here.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { formatLimit } from '../core/duration.ts';
import { dryRunEnds } from '../core/messages/control.ts';
import { Scope } from '../core/scope.ts';
import { Run } from '../steps/run-context.ts';
import { Beginning, type RunRequest } from './begin-run.ts';
import type { Position, Walker } from './context.ts';
import { Deferred } from './deferred.ts';
import { earlierRun } from './earlier-run.ts';
import { closeUnopened, type Ended, endRun } from './end-run.ts';
import { guarded } from './guarded.ts';
import { earlierLanes } from './lane-group.ts';
import type { Previewed } from './preview.ts';
import { roundsIn, walkSequence } from './walk.ts';

export interface Outcome extends Ended {
  /** Filled in a dry run. */
  readonly previewed: readonly Previewed[];
}

export async function runRecipe(request: RunRequest): Promise<Outcome> {
  const { recipe, executors, options, env, prompter, review, usual } = request;
  const root = new Scope(null, {
    options: recipe.options,
    recipe: {
      name: recipe.name,
      dir: join(recipe.file, '..'),
      timeout: formatLimit(recipe.timeout.defaultMs),
      repair: recipe.repairRounds,
    },
    home: env.HOME || homedir(),
  });
  const ending = new AbortController();
  const stop = () => ending.abort();
  if (request.signal.aborted) stop();
  request.signal.addEventListener('abort', stop, { once: true });
  const earlier = earlierRun(request.resume);
  const beginning = new Beginning(request, root, earlier);
  const run = new Run({
    ...{ recipe, options, env, prompter, review, usual, stop, signal: ending.signal },
    emit: (event) => void beginning.journal.append(event),
    provide: (name, value) => root.set(name, value),
    recorded: () => (run.opened ? run.session.record : beginning.record),
  });
  for (const [lane, why] of earlier.out) run.out.set(lane, why);
  for (const [name, value] of Object.entries(request.names(run, (path) => root.lookup(path)))) root.set(name, value);
  const walker: Walker = {
    run,
    executors: new Map(executors.map((executor) => [executor.name, executor])),
    rounds: roundsIn(recipe.phases),
    begin: () => beginning.begin(walker, position),
    done: earlier.done,
    out: earlier.out,
    lanes: earlierLanes(earlier.events),
  };
  const place = { scope: root, keep: root, pass: 1, lane: null, path: '', signal: run.signal };
  const position: Position = { ...place, deferred: new Deferred(), beside: [] };

  const failure = await guarded(() => walkSequence(walker, recipe.phases, position));
  const { previewed, session, unlock } = beginning;
  if (failure === dryRunEnds) return { exit: 0, failure: null, record: null, previewed };
  if (!run.opened) {
    if (session !== null) await closeUnopened(session, failure);
    await unlock();
    return { exit: failure?.exit ?? 0, failure, record: null, previewed };
  }
  return { ...(await endRun({ walker, position, unlock }, failure, request.signal.aborted)), previewed };
}
