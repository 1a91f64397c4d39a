// What sessions take on the disk.
import { type FoundSession, listSessions } from '../session/find.ts';
import { folderSize } from '../system/files.ts';
import type { Kept } from '../view/housekeeping.ts';

export type SizedSession = FoundSession & Kept;

/** @param folders of repositories below the state root; the sessions come newest first */
export async function sizedSessions(folders: readonly string[]): Promise<readonly SizedSession[]> {
  const found = folders.flatMap(listSessions).sort((a, b) => (a.id < b.id ? 1 : -1));
  return Promise.all(
    found.map(async (session) => ({
      ...session,
      created_at: session.record.created_at,
      bytes: await folderSize(session.dir),
    })),
  );
}
