// A session that was cut off, and whose traces are still in the repository: told before anything new is done.
import { lockHolder } from '../repository/lock.ts';
import { stateOf } from '../repository/lock-holder.ts';
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
