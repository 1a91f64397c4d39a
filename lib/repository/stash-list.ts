// The list of stashes, which all working trees of a repository share: adds an entry, and removes exactly one by its
// commit, whatever others pushed or dropped meanwhile. Never goes by an entry's position.
import { copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from '../system/files.ts';
import { type GitPlace, git, gitText } from '../system/git.ts';
import { replaceFile } from './file-operations.ts';
import type { Move } from './file-transaction.ts';
import type { RepositoryFacts } from './inspect.ts';
import type { Changes } from './tree-status.ts';

/** The ref of the list. */
export const STASHES = 'refs/stash';

/** The commits of all stashes, newest first. */
export async function listStashes(place: GitPlace): Promise<readonly string[]> {
  const { code, stdout } = await git(place, ['reflog', 'show', '--format=%H', STASHES, '--']);
  return code === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}

/** Puts a stash commit on top of the list, unless it is in it. */
export async function pushStash(place: GitPlace, commit: string, message: string): Promise<void> {
  if ((await listStashes(place)).includes(commit)) return;
  await gitText(place, ['stash', 'store', '--quiet', '--message', message, commit]);
}

/**
 * Removes the entry whose commit this is; the others keep their bytes. Git's own `stash drop` takes a position, which
 * another `stash push` may have moved: so the list's file is rewritten under git's own lock of it.
 * @param commonDir the git folder that the repository's working trees share
 */
export async function dropStash(place: GitPlace, commonDir: string, commit: string): Promise<void> {
  if (!(await readLog(commonDir)).some((line) => stashCommit(line) === commit) && (await top(place)) !== commit) return;
  await rewrite(place, commonDir, (lines) => without(lines, commit));
}

/** Makes the list hold exactly these lines of its log, oldest first. */
export async function writeStashes(place: GitPlace, commonDir: string, lines: readonly string[]): Promise<void> {
  await rewrite(place, commonDir, () => lines);
}

async function rewrite(
  place: GitPlace,
  commonDir: string,
  change: (lines: readonly string[]) => readonly string[],
): Promise<void> {
  const lock = join(commonDir, `${STASHES}.lock`);
  const held = await open(lock, 'wx');
  let ours = true;
  try {
    const before = await readLog(commonDir);
    const after = change(before);
    const last = after.at(-1);
    const now = await top(place);
    if (last === undefined) {
      await rm(lock);
      ours = false;
      // Should another be pushed in this instant, git sees that the value differs and refuses: then ours is one of
      // many.
      if (
        now !== '' &&
        (await git(place, ['update-ref', '--no-deref', '-d', STASHES, now])).code !== 0 &&
        (await top(place)) !== now
      ) {
        await rewrite(place, commonDir, change);
      }
      return;
    }
    const log = join(commonDir, 'logs', STASHES);
    await mkdir(dirname(log), { recursive: true });
    if (after.join() !== before.join())
      await replaceFile(log, Buffer.from(after.map((line) => `${line}\n`).join(''), 'latin1'), 0o644);
    if (now !== stashCommit(last)) {
      await held.writeFile(`${stashCommit(last)}\n`);
      await held.sync();
      await rename(lock, join(commonDir, STASHES));
      ours = false;
    }
  } finally {
    await held.close();
    if (ours) await rm(lock, { force: true });
  }
}

/** The lines of the list's log, oldest first, as latin1: their bytes survive whatever encoding they are in. */
export async function readLog(commonDir: string): Promise<readonly string[]> {
  return (await readFile(join(commonDir, 'logs', STASHES), 'latin1').catch(none))
    .split('\n')
    .filter((line) => line !== '');
}

const top = async (place: GitPlace): Promise<string> =>
  (await git(place, ['rev-parse', '--verify', '--quiet', STASHES])).stdout.trim();

/** The commit of a line of the list's log. */
export const stashCommit = (line: string): string => line.split(' ', 2)[1] ?? '';

/** What a line of the list's log says. */
export const stashMessage = (line: string): string =>
  Buffer.from(line.slice(line.indexOf('\t') + 1), 'latin1').toString();

/** The log's lines without the entry; the one after it now follows the one before it. */
function without(lines: readonly string[], commit: string): readonly string[] {
  const kept = lines.filter((line) => stashCommit(line) !== commit);
  return kept.map((line, n) => {
    const [old = '', ...rest] = line.split(' ');
    if (old !== commit) return line;
    const previous = kept[n - 1];
    return [previous ? stashCommit(previous) : '0'.repeat(commit.length), ...rest].join(' ');
  });
}

function none(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

interface StashContent {
  /** Holds the kept `index` and the files as they are now in `before/`. */
  readonly dir: string;
  readonly subject: string;
  readonly changes: Changes;
  readonly moves: readonly Move[];
}

/**
 * The id of a commit as `git stash push --include-untracked` makes them, byte for byte and without touching tree, index
 * or refs. Unlike git's own it takes intent-to-add, `rm --cached` with the file kept, and files that filters would
 * change.
 */
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
    // for `rm --cached` with the file kept as it was
    const heads = new Map(tracked.map(({ path, head }) => [path, head]));
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
