// What sessions take on the disk, and the folders of workspaces that are kept beside them.
import { dirname, join } from 'node:path';
import { REMOVED } from '../candidate/remove-workspace.ts';
import { type FoundSession, listSessions, type SessionFolder, sessionFolders } from '../session/find.ts';
import { poolFolder } from '../session/home.ts';
import { diskUsage } from '../system/disk-usage.ts';
import { namesIn } from '../system/files.ts';
import type { Kept } from '../view/session-rows.ts';

export type SizedSession = FoundSession & Kept;

/** @param folders of repositories below the state root; the sessions come newest first */
export async function sizedSessions(folders: readonly string[]): Promise<readonly SizedSession[]> {
  const found = folders.flatMap(listSessions).sort((a, b) => (a.id < b.id ? 1 : -1));
  const sizes = await sessionSizes(found);
  return found.map((session) => ({
    ...session,
    created_at: session.record.created_at,
    bytes: sizes.get(session.dir)!,
  }));
}

/** Bytes by session folder. What lies there only until it is deleted does not count. */
export async function sessionSizes(sessions: readonly SessionFolder[]): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map(sessions.map(({ dir }) => [dir, 0]));
  for (const parent of new Set(sessions.map(({ dir }) => dirname(dir)))) {
    const names: string[] = [];
    for (const { dir, id } of sessions.filter((each) => dirname(each.dir) === parent))
      names.push(...(await namesIn(dir)).filter((name) => name !== REMOVED).map((name) => `${id}/${name}`));
    for (const [name, bytes] of await diskUsage(parent, names)) {
      const dir = join(parent, name.split('/')[0]!);
      sizes.set(dir, sizes.get(dir)! + bytes);
    }
  }
  return sizes;
}

/** Bytes of the workspaces that an earlier version kept for later runs. */
export async function keptBytes(repositoryFolder: string): Promise<number> {
  const pool = poolFolder(repositoryFolder).slice(repositoryFolder.length + 1);
  return (await diskUsage(repositoryFolder, [pool])).get(pool)!;
}

/**
 * Begins to count what the sessions of a repository take: the others' while the run is on, its own when that is asked.
 * @param dir the run's own session
 * @returns bytes of all of them
 */
export function countingSessions(dir: string): () => Promise<number> {
  const all = sessionFolders(join(dir, '../../..'));
  const bytesOf = async (sessions: readonly SessionFolder[]) =>
    [...(await sessionSizes(sessions)).values()].reduce((sum, bytes) => sum + bytes, 0);
  const others = bytesOf(all.filter((each) => each.dir !== dir));
  others.catch(() => {}); // thrown where it is waited for
  return async () => (await bytesOf(all.filter((each) => each.dir === dir))) + (await others);
}
