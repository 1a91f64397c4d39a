// `mm recover [<session>]`: puts the repository back as it was before an unfinished session. Safe to run twice.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Undo } from '../core/events.ts';
import { type Failure, ok, type Result } from '../core/failure.ts';
import { repositoryMessages } from '../core/messages/repository-messages.ts';
import { clearDeadLock } from '../repository/lock.ts';
import { keptChanges } from '../repository/private-ref.ts';
import { clearStaleLocks } from '../repository/stale-locks.ts';
import { headline, type UndoOutcome } from '../session/effects.ts';
import { type FoundSession, listSessions, repositoryFolders } from '../session/find.ts';
import { endMarked } from '../system/process.ts';
import { printJson, printLines } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { type Here, here } from './here.ts';
import { findHere, needsRecovery, withPastSession } from './past-session.ts';

const GRACE_MS = 2000;

export async function recover(line: CommandLine): Promise<Result<number, Failure>> {
  const place = await here(line);
  if (!place.ok) return place;
  const word = line.operands[0];
  const named = word === undefined ? null : findHere(place.value, word, 'recover');
  if (named && !named.ok) return named;
  const sessions = named
    ? [named.value]
    : withJournal(place.value.folder).filter((found) => found.record.repository === place.value.repository.top);
  const report: { session_id: string; said: readonly string[]; complete: boolean }[] = [];
  let failure: Failure | null = null;
  // the newest first: what it found is what the ones before it left
  for (const found of sessions) {
    const outcome = await recoverSession(place.value, found);
    if (!outcome.ok) return outcome;
    if (outcome.value === null) continue;
    const { first, others } = headline(outcome.value);
    const more = others.map(({ what, remedy }) => [what, ...remedy].join('\n    '));
    report.push({ session_id: found.id, said: [...outcome.value.said, ...more], complete: first === null });
    failure ??= first;
  }
  failure ??= named ? null : await orphaned(place.value);
  await clearDeadLock(place.value.repository);
  if (line.flags.has('json')) printJson(report);
  else if (report.length === 0 && failure === null) printLines(['Nothing has to be put right.']);
  else
    printLines(
      report.flatMap(({ session_id, said, complete }) => [
        complete
          ? `${session_id}: everything is as it was before it.`
          : `${session_id}: not everything could be put back as it was before it.`,
        ...said.map((text) => `  ${text}`),
      ]),
    );
  return failure ? { ok: false, failure } : ok(0);
}

/** Changes of the user's that a session put aside of which nothing else is left: its folder has been removed. */
async function orphaned({ root, repository }: Here): Promise<Failure | null> {
  const kept = await keptChanges({ gitDir: repository.gitDir });
  const known = new Set(repositoryFolders(root).flatMap((folder) => withJournal(folder).map(({ id }) => id)));
  const orphan = kept.find(({ session }) => !known.has(session));
  if (!orphan) return null;
  return repositoryMessages['copies-gone']({ top: repository.top, stash: orphan.commit, ref: orphan.ref });
}

/** Without its journal a session can't be put right. */
const withJournal = (folder: string): readonly FoundSession[] =>
  listSessions(folder).filter(({ dir }) => existsSync(join(dir, 'events.jsonl')));

/**
 * Puts one session right; null: there was nothing to put right.
 * @param keepsHosts it is gone on with at once, and finds on other hosts what it left there
 */
export function recoverSession(
  place: Here,
  found: FoundSession,
  keepsHosts = false,
): Promise<Result<UndoOutcome | null>> {
  return withPastSession(place, found, async (session) => {
    if (!needsRecovery(found, session)) return null;
    await endMarked('MM_SESSION_ID', session.id, GRACE_MS);
    const finished = found.record.status !== 'in_progress';
    const cleared = finished
      ? ok(undefined)
      : await clearStaleLocks(place.repository, Date.parse(found.record.created_at));
    if (!cleared.ok) return { said: [], failures: [cleared.failure], told: [] };
    const outcome = await session.effects.undo(
      (undo) => !(finished && undo.result === true) && !(keepsHosts && isElsewhere(undo)),
    );
    if (outcome.failures.length === 0 && !finished) {
      session.journal.append({ type: 'session_complete', status: 'recovered', exit: 0, failure: null });
    }
    return outcome;
  });
}

const isElsewhere = ({ kind, as }: Undo): boolean => kind === 'host' || (kind === 'workspace' && as === 'remote');
