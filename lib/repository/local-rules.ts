// Files that git ignores only by rules which the user has not committed, such as an `.env`. When those rules are put
// aside, the files would be anybody's: `git clean` would take them, and a model's work would have them in it. So they
// go aside with the rules. Not so whole folders that are ignored: what was installed or built there is needed to work
// and to test.
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removeTree } from '../system/files.ts';
import { GitError, type GitPlace, git, gitRecords } from '../system/git.ts';
import { writeCheckoutForm } from './checkout-form.ts';
import { look, under } from './disk.ts';
import type { RepositoryFacts } from './inspect.ts';
import { isRules } from './tree-listing.ts';
import type { Changes } from './tree-status.ts';

/** Ignored folders come by one name. */
const IGNORED = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignored=matching'];

/**
 * The paths of such files: what git would not ignore any more with the rules as they will be.
 * @param changes what is going to be put aside
 * @param folder made for those rules, and removed
 */
export async function ignoredByLocalRules(
  { gitDir, top, base }: RepositoryFacts,
  changes: Changes,
  folder: string,
): Promise<readonly string[]> {
  if (![...changes.tracked.map(({ path }) => path), ...changes.untracked].some(isRules)) return [];
  const place: GitPlace = { gitDir, workTree: top, cwd: top };
  const paths = (await gitRecords(place, IGNORED))
    .filter((record) => record.startsWith('!! '))
    .map((record) => record.slice(3))
    .filter((path) => !path.endsWith('/') && !path.includes('\ufffd'));
  if (paths.length === 0) return [];
  const all = await gitRecords(place, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', base]);
  try {
    await writeCheckoutForm(gitDir, base, all.filter(isRules), folder);
    // rules that are ignored themselves stay for as long as what ignores them does
    let staying = paths.filter(isRules);
    for (const path of staying) {
      await mkdir(dirname(under(folder, path)), { recursive: true });
      await cp(under(top, path), under(folder, path), { verbatimSymlinks: true });
    }
    for (;;) {
      const ignored = await ignoredIn({ gitDir, workTree: folder, cwd: folder }, paths);
      const going = staying.filter((path) => !ignored.has(path));
      for (const path of going) await rm(under(folder, path), { force: true });
      staying = staying.filter((path) => ignored.has(path));
      if (going.length === 0)
        return filesAmong(
          top,
          paths.filter((path) => !ignored.has(path)),
        );
    }
  } finally {
    await removeTree(folder);
    await rm(`${folder}.index`, { force: true });
  }
}

/** Those of some paths that are ignored where `place` is. */
async function ignoredIn(place: GitPlace, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const args = ['check-ignore', '--no-index', '-z', '--stdin'];
  // with a beginning that no pathspec has
  const output = await git(place, args, { input: paths.map((path) => `./${path}\0`).join('') });
  if (output.code !== 0 && output.code !== 1) throw new GitError(args, output); // 1: none of them is
  return new Set(output.stdout.split('\0').map((path) => path.slice(2)));
}

async function filesAmong(top: string, paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of paths) if (['file', 'link'].includes((await look(top, path)).kind)) files.push(path);
  return files;
}
