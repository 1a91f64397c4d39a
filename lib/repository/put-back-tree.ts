// Puts the user's working tree and index back where a model changed them from outside: only while they are still as
// they were found then, and with a copy of every file that is replaced. What somebody changed since is left alone.
import { constants } from 'node:fs';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSafePath } from '../candidate/safe-path.ts';
import { ok, type Result } from '../core/failure.ts';
import { exists } from '../system/files.ts';
import { gitRecords, NO_USER_CONFIG } from '../system/git.ts';
import { look, under } from './disk.ts';
import { type Fingerprint, takeTree } from './fingerprint.ts';
import { guardingGit } from './guarding-git.ts';
import { type MainTree, resetMainTree } from './main-tree.ts';
import { clearStaleLocks } from './stale-locks.ts';

export interface PutBackTreeRequest {
  /** The tree as it was kept before the models ran. */
  readonly main: MainTree;
  /** The folder of the fingerprints. */
  readonly dir: string;
  readonly before: Fingerprint;
  /** As it was found when it was told. */
  readonly after: Fingerprint;
}

/** May be repeated and interrupted. @returns what was put right and what was kept, as sentences */
export function putBackTree({ main, dir, before, after }: PutBackTreeRequest): Promise<Result<readonly string[]>> {
  return guardingGit('put the working tree back', async () => {
    const tree = main.trees[0]!;
    const started = join(dir, 'putting-back');
    if (!(await exists(started))) {
      const cleared = after.locked ? await clearStaleLocks(tree, main.since) : ok(undefined);
      if (!cleared.ok) return cleared;
      const now = await takeTree(tree, dir);
      if (now.index === before.tree?.index && now.files === before.tree.files) return ok([]);
      if (now.index !== after.tree?.index || now.files !== after.tree.files)
        return ok([
          `Files of ${tree.top} have been changed again since; they were left as they are. As they were before: ${main.dir}`,
        ]);
      await keepReplaced(tree.top, dir, before.tree!.files, now.files, join(dir, 'replaced-files'));
      await mkdir(started);
    }
    const reset = await resetMainTree(main);
    if (!reset.ok) return reset;
    return ok([
      ...reset.value,
      `The files and the index of ${tree.top} are as they were; what they were changed to is kept in ${join(dir, 'replaced-files')}.`,
    ]);
  });
}

async function keepReplaced(top: string, dir: string, before: string, now: string, to: string): Promise<void> {
  const env = { ...NO_USER_CONFIG, GIT_OBJECT_DIRECTORY: join(dir, 'objects') };
  const paths = await gitRecords(
    { gitDir: join(dir, 'shadow') },
    ['diff-tree', '-r', '-z', '--name-only', '--no-renames', before, now],
    { env },
  );
  for (const path of paths.filter(isSafePath)) {
    const found = await look(top, path);
    const copy = under(to, path);
    if ((found.kind !== 'file' && found.kind !== 'link') || (await exists(copy))) continue;
    await mkdir(dirname(copy), { recursive: true });
    if (found.kind === 'link') await symlink(found.target, copy);
    else await copyFile(under(top, path), copy, constants.COPYFILE_FICLONE);
  }
}
