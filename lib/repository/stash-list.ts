// The list of stashes, which all working trees of a repository share: adds an entry, and removes exactly one by its
// commit, whatever others pushed or dropped meanwhile. Never goes by an entry's position.
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type GitPlace, git, gitText } from '../system/git.ts';
import { replaceFile } from './replace-file.ts';

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
