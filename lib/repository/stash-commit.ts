// Makes the commit of a stash by plumbing, byte for byte and without touching tree, index or refs. Unlike `git stash
// push` it takes intent-to-add, `rm --cached` with the file kept, and files that filters would change.
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../system/files.ts';
import { type GitPlace, git, gitText } from '../system/git.ts';
import type { RepositoryFacts } from './inspect.ts';
import type { Move } from './moves.ts';
import type { Changes } from './status.ts';

export interface StashContent {
  /** Holds the kept `index` and the files as they are now in `before/`. */
  readonly dir: string;
  readonly subject: string;
  readonly changes: Changes;
  readonly moves: readonly Move[];
}

/** The id of a commit as `git stash push --include-untracked` makes them; nothing refers to it yet. */
export async function makeStashCommit(facts: RepositoryFacts, content: StashContent): Promise<string> {
  const place: GitPlace = {
    gitDir: facts.gitDir,
    workTree: facts.top,
    cwd: facts.top,
    indexFile: join(content.dir, 'scratch.index'),
  };
  const run = (args: readonly string[], input?: string) =>
    gitText(place, args, {
      config: ['core.splitIndex=false', 'i18n.commitEncoding=UTF-8'],
      ...(input === undefined ? {} : { input }),
    });
  const before = new Map(content.moves.map((move) => [move.path, move.before]));
  const kept = content.moves.flatMap((move, n) => (move.before ? [join(content.dir, 'before', String(n))] : []));
  if (kept.some((path) => path.includes('\n')))
    for (const path of kept) await run(['hash-object', '-w', '--no-filters', '--', path]);
  else if (kept.length > 0)
    await run(['hash-object', '-w', '--no-filters', '--stdin-paths'], kept.map((path) => `${path}\n`).join(''));

  if (await exists(join(content.dir, 'index'))) await copyFile(join(content.dir, 'index'), place.indexFile!);
  const staged = await run(['write-tree']);
  const untracked = new Set(content.changes.untracked);
  const tracked = content.changes.tracked.filter((change) => !change.submodule);
  const lines = tracked.map(({ path, head }) => {
    if (untracked.has(path)) return entry(path, null, facts.base.length);
    return entry(path, before.has(path) ? before.get(path) : head, facts.base.length);
  });
  await run(['update-index', '-z', '--index-info'], lines.join(''));
  const tree = await run(['write-tree']);

  const subject = await run(['log', '-1', '--format=%h %s', facts.base]);
  const onBranch = `${facts.branch ?? '(no branch)'}: ${subject}`;
  const index = await run(['commit-tree', '-p', facts.base, staged], `index on ${onBranch}\n`);
  // What only the index holds would be lost to a model that drops the stash and collects garbage.
  await run(['pack-objects', '--quiet', '--revs', join(content.dir, 'staged')], `${index}\n^${facts.base}\n`);
  const parents = ['-p', facts.base, '-p', index];
  if (untracked.size > 0) {
    await rm(place.indexFile!, { force: true });
    const heads = new Map(tracked.map(({ path, head }) => [path, head])); // for `rm --cached` with the file kept as it was
    const others = [...untracked].map((path) => entry(path, before.get(path) ?? heads.get(path), facts.base.length));
    await run(['update-index', '-z', '--index-info'], others.join(''));
    parents.push('-p', await run(['commit-tree', await run(['write-tree'])], `untracked files on ${onBranch}\n`));
  }
  return run(['commit-tree', ...parents, tree], `${content.subject}\n`);
}

/** Gives the repository back what only the index holds, if it is not there any more. */
export async function restoreStaged(place: GitPlace, commonDir: string, dir: string, stash: string): Promise<void> {
  if ((await git(place, ['rev-list', '--objects', '--quiet', '-1', `${stash}^2`])).code === 0) return;
  const packs = join(commonDir, 'objects/pack');
  const names = (await readdir(dir)).filter((name) => /^staged-.*\.(pack|idx)$/.test(name));
  await mkdir(packs, { recursive: true });
  for (const name of names.sort().reverse())
    await copyFile(join(dir, name), join(packs, name.replace('staged-', 'pack-')));
}

/** A line for `update-index --index-info`; without a version the path is removed. */
function entry(
  path: string,
  now: { readonly mode: string; readonly oid: string } | null | undefined,
  idLength: number,
): string {
  return `${now?.mode ?? '0'} ${now?.oid ?? '0'.repeat(idLength)}\t${path}\0`;
}
