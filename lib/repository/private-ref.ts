// Refs of a session's own, under refs/mm/<session>/: they keep commits alive, and are removed with the session.
import { rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Undo } from '../core/events.ts';
import { ok, type Result } from '../core/failure.ts';
import { readText } from '../system/files.ts';
import { type GitPlace, git, gitRecords, gitText, isObjectId } from '../system/git.ts';
import { deleteRef } from '../system/git-refs.ts';
import type { RepositoryFacts } from './inspect.ts';

/** Where a session's refs are. */
export const sessionRefs = (session: string): string => `refs/mm/${session}/`;

/** The record of "this commit is kept under refs/mm/<session>/<name>". */
export function planPrivateRef(facts: RepositoryFacts, session: string, name: string, commit: string): Undo {
  return { kind: 'private-ref', gitDir: facts.gitDir, ref: `${sessionRefs(session)}${name}`, commit };
}

export async function doPrivateRef(record: Undo): Promise<void> {
  await gitText(placeOf(record), ['update-ref', '--no-deref', text(record.ref), text(record.commit)]);
}

export async function undoPrivateRef(record: Undo): Promise<Result<readonly string[]>> {
  await removeRef(placeOf(record), text(record.ref));
  return ok([]);
}

export async function removeRef(place: GitPlace, ref: string): Promise<void> {
  await deleteRef(place.gitDir!, ref);
  await removeEmptyFolders(place, ref);
}

/** Git leaves the folders in which a ref lay. */
async function removeEmptyFolders(place: GitPlace, ref: string): Promise<void> {
  const gitDir = place.gitDir!;
  const shared = await readText(join(gitDir, 'commondir')); // only a linked worktree's git folder has it
  const commonDir = shared === null ? gitDir : resolve(gitDir, shared.replace(/\n$/, ''));
  for (const top of [commonDir, join(commonDir, 'logs')]) {
    for (let folder = dirname(ref); folder !== 'refs'; folder = dirname(folder)) {
      try {
        await rmdir(join(top, folder));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOTEMPTY' || code === 'EEXIST') break; // other sessions' refs
        if (code !== 'ENOENT') throw error;
      }
    }
  }
}

/** The commits that keep the user's changes while sessions have put them aside, by session. */
export async function keptChanges(
  place: GitPlace,
): Promise<readonly { readonly session: string; readonly ref: string; readonly commit: string }[]> {
  const rows = await gitText(place, ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/mm/']);
  return rows.split('\n').flatMap((row) => {
    const [ref = '', commit = ''] = row.split(' ');
    const session = /^refs\/mm\/([^/]+)\/user$/.exec(ref)?.[1];
    return session === undefined ? [] : [{ session, ref, commit }];
  });
}

/** Whether a session has begun to act in this repository and was not put right. */
export async function sessionHasRefs(place: GitPlace, session: string): Promise<boolean> {
  return (await gitText(place, ['for-each-ref', '--count=1', '--format=%(refname)', sessionRefs(session)])) !== '';
}

/** Whether a repository has a commit of this name. */
export const isCommit = async (place: GitPlace, oid: string): Promise<boolean> =>
  isObjectId(oid) && (await git(place, ['cat-file', '-e', `${oid}^{commit}`])).code === 0;

/** Keeps a commit that nothing else may keep: refs/mm/<session>/lost/<n>. @returns the ref; null: it is no commit */
export async function keepLost(place: GitPlace, session: string, commit: string): Promise<string | null> {
  if (!(await isCommit(place, commit))) return null;
  const folder = `${sessionRefs(session)}lost/`;
  const there = await gitRecords(place, ['for-each-ref', '--format=%(refname) %(objectname)%00', folder]);
  const rows = there.map((row) => row.trim().split(' ') as [string, string]);
  const same = rows.find(([, oid]) => oid === commit);
  if (same) return same[0];
  const next = Math.max(0, ...rows.map(([ref]) => Number(ref.slice(folder.length)) || 0)) + 1;
  await gitText(place, ['update-ref', '--no-deref', `${folder}${next}`, commit, '']);
  return `${folder}${next}`;
}

/** As the end of a sentence about what a ref was moved from. */
export const keptAs = (ref: string | null): string => (ref === null ? '' : `; what it pointed to is kept as ${ref}`);

/** Lets go of the commits that `keepLost` kept. @returns the refs */
export async function letGoOfLost(place: GitPlace, session: string): Promise<readonly string[]> {
  const refs = (await gitText(place, ['for-each-ref', '--format=%(refname)', `${sessionRefs(session)}lost/`]))
    .split('\n')
    .filter((ref) => ref !== '');
  if (refs.length > 0)
    await gitText(place, ['update-ref', '--stdin', '-z'], { input: refs.map((ref) => `delete ${ref}\0\0`).join('') });
  for (const ref of refs) await removeEmptyFolders(place, ref);
  return refs;
}

const placeOf = (record: Undo): GitPlace => ({ gitDir: text(record.gitDir) });
const text = (value: unknown): string => String(value);
