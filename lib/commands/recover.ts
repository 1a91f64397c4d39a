// `mm recover [<session>]`: puts the repository back as it was before an unfinished session. Safe to run twice.
import { type Failure, ok, type Result } from '../core/failure.ts';
import { clearDeadLock } from '../repository/lock.ts';
import { clearStaleLocks } from '../repository/stale-locks.ts';
import type { UndoOutcome } from '../session/effects.ts';
import { type FoundSession, findSession, listSessions } from '../session/find.ts';
import { endMarked } from '../system/process.ts';
import { printJson, printLines } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { type Here, here } from './here.ts';
import { needsRecovery, withPastSession } from './past-session.ts';

const GRACE_MS = 2000;

export async function recover(line: CommandLine): Promise<Result<number, Failure>> {
  const place = await here(line);
  if (!place.ok) return place;
  const word = line.operands[0];
  const named = word === undefined ? null : findSession(place.value.folder, word);
  if (named && !named.ok) return named;
  const sessions = named
    ? [named.value]
    : listSessions(place.value.folder).filter((found) => found.record.repository === place.value.repository.top);
  const report: { session_id: string; said: readonly string[] }[] = [];
  let failure: Failure | null = null;
  // the newest first: what it found is what the ones before it left
  for (const found of sessions) {
    const outcome = await recoverSession(place.value, found);
    if (!outcome.ok) return outcome;
    if (outcome.value === null) continue;
    report.push({ session_id: found.id, said: outcome.value.said });
    failure ??= outcome.value.failures[0] ?? outcome.value.told[0] ?? null;
  }
  await clearDeadLock(place.value.repository);
  if (line.flags.has('json')) printJson(report);
  else if (report.length === 0) printLines(['Nothing has to be put right.']);
  else
    printLines(
      report.flatMap(({ session_id, said }) => [
        `${session_id}: the repository is as it was before it.`,
        ...said.map((text) => `  ${text}`),
      ]),
    );
  return failure ? { ok: false, failure } : ok(0);
}

/** Puts one session right; null: there was nothing to put right. */
export function recoverSession(place: Here, found: FoundSession): Promise<Result<UndoOutcome | null>> {
  return withPastSession(place, found, async (session) => {
    if (!needsRecovery(found, session)) return null;
    await endMarked('MM_SESSION_ID', session.id, GRACE_MS);
    const finished = found.record.status !== 'in_progress';
    const { gitDir, commonDir } = place.repository;
    if (!finished) await clearStaleLocks([gitDir, commonDir], Date.parse(found.record.created_at));
    const outcome = await session.effects.undo((undo) => !(finished && undo.result === true));
    if (outcome.failures.length === 0 && !finished) {
      session.journal.append({ type: 'session_complete', status: 'recovered', exit: 0, failure: null });
    }
    return outcome;
  });
}
