// A session that was cut off, and whose traces are still in the repository: reported before anything new is done.
import { lockHolder } from '../repository/lock.ts';
import { type Holder, stateOf } from '../repository/lock-holder.ts';
import { sessionHasRefs } from '../repository/private-ref.ts';
import { type FoundSession, listSessions } from '../session/find.ts';
import type { Here } from './here.ts';

/** The newest session of this working tree that was cut off; null where there is none, or it still runs. */
export async function findUnfinished({ folder, repository }: Here): Promise<FoundSession | null> {
  const open = listSessions(folder).filter(
    ({ record }) => record.status === 'in_progress' && record.repository === repository.top,
  );
  if (open.length === 0) return null;
  const holder = await lockHolder(repository);
  const running = holder !== null && stateOf(holder) !== 'dead' ? holder.session : null;
  return open.find(({ id }) => id !== running) ?? null;
}

/**
 * Who was cut off in this working tree and has its session under another root (`AI_AIP_ROOT` was different then) or
 * nowhere any more: its lock and its refs are here, and no folder.
 */
export async function findUnfinishedElsewhere({ folder, repository }: Here): Promise<Holder | null> {
  const holder = await lockHolder(repository);
  if (holder === null || stateOf(holder) !== 'dead') return null;
  if (listSessions(folder).some(({ id }) => id === holder.session)) return null;
  return (await sessionHasRefs({ gitDir: repository.gitDir }, holder.session)) ? holder : null;
}
