// Which other working trees of a repository have a branch checked out. Reads git's files and runs no git.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { namesIn } from './folder-names.ts';

export interface OtherTree {
  /** Its name on git's list; null: the main working tree. */
  readonly name: string | null;
  readonly gitDir: string;
  /** The folder. */
  readonly path: string;
  /** `refs/heads/…`; null: detached, or not to be read. */
  readonly headRef: string | null;
}

/** All working trees of the repository but the one whose git folder is `gitDir`. */
export function otherTrees(commonDir: string, gitDir: string): readonly OtherTree[] {
  const linked = namesIn(join(commonDir, 'worktrees')).map((name) => {
    const own = join(commonDir, 'worktrees', name);
    return { name, gitDir: own, path: dirname(textOf(join(own, 'gitdir')) ?? own) };
  });
  const bare = !existsSync(join(commonDir, 'index')); // its HEAD is checked out nowhere
  return [...(bare ? [] : [{ name: null, gitDir: commonDir, path: dirname(commonDir) }]), ...linked]
    .filter((tree) => tree.gitDir !== gitDir)
    .map((tree) => ({ ...tree, headRef: /^ref: (.+)$/.exec(textOf(join(tree.gitDir, 'HEAD')) ?? '')?.[1] ?? null }));
}

/** The other working tree that has a branch checked out: nothing of ours moves it then. */
export const checkedOutElsewhere = (commonDir: string, gitDir: string, ref: string): OtherTree | undefined =>
  otherTrees(commonDir, gitDir).find(({ headRef }) => headRef === ref);

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** Whether some `<a>/<b>/<name>` is a branch. Looks at loose refs only: git packs none that was made just now. */
export function endsBranch(commonDir: string, name: string): boolean {
  const heads = join(commonDir, 'refs/heads');
  return namesIn(heads)
    .flatMap((first) => namesIn(join(heads, first)).map((second) => join(heads, first, second, name)))
    .some((ref) => existsSync(ref));
}
