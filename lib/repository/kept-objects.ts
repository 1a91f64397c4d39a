// Second names (hard links) for every file of the repository's object store, beside it, for as long as models run: what
// one of them deletes there can be put back. Costs no space. Reads no object and runs no git but to look what is
// missing.
import { linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { removeTree } from '../system/files.ts';
import { type GitPlace, git } from '../system/git.ts';

/** Where a session keeps them: on the same disk, or there can be no second names. */
const keptObjects = (commonDir: string, session: string): string => join(commonDir, `mm-objects-${session}`);

/** Files of the object store, from its folder: packs with what belongs to them, and single objects. */
export function listObjects(objects: string): readonly string[] {
  return names(objects)
    .filter((folder) => /^([0-9a-f]{2}|pack)$/.test(folder))
    .flatMap((folder) =>
      names(join(objects, folder))
        .filter((name) => !name.startsWith('tmp_'))
        .map((name) => `${folder}/${name}`),
    );
}

/** Gives each file a second name. On a disk that has none, nothing is kept. */
export function keepObjects(commonDir: string, session: string): void {
  copyNames(join(commonDir, 'objects'), keptObjects(commonDir, session));
}

/** Files that are missing get their first name back. May be repeated. @returns whether there were any kept */
export function putBackObjects(commonDir: string, session: string): boolean {
  const kept = keptObjects(commonDir, session);
  if (names(kept).length === 0) return false;
  copyNames(kept, join(commonDir, 'objects'));
  return true;
}

export const dropKeptObjects = (commonDir: string, session: string): Promise<void> =>
  removeTree(keptObjects(commonDir, session));

/** What git says is missing of what some commits need, history left out; null: nothing. Takes a while. */
export async function missingObjects(place: GitPlace, commit: string): Promise<string | null> {
  const { code, stderr } = await git(place, [
    ...['rev-list', '--objects', '--quiet', '--missing=allow-promisor', '--no-walk'],
    ...[commit, `${commit}^@`],
  ]);
  return code === 0 ? null : (stderr.trim().split('\n')[0] ?? '');
}

function copyNames(from: string, to: string): void {
  const made = new Set<string>();
  for (const path of listObjects(from)) {
    const folder = join(to, path.slice(0, path.indexOf('/')));
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    try {
      linkSync(join(from, path), join(to, path));
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === 'EEXIST' || code === 'ENOENT') continue; // there already; packed or cleared away in this instant
      if (['EPERM', 'ENOTSUP', 'ENOSYS', 'EXDEV', 'EMLINK'].includes(code)) return;
      throw error;
    }
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
