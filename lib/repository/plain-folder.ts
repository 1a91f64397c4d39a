// A plain folder, without git, as a place to work on: a git folder of ours, which lies where the sessions lie, knows
// its files as they are when a session begins. So all else works with it as with a repository. Nothing is written into
// the folder itself.
import { constants, lstat, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages as say } from '../core/messages/repository-messages.ts';
import { exists, isAllowed, isInside, makeFolder, nearestThere } from '../system/files.ts';
import { repositoryAround } from '../system/find-on-path.ts';
import { type GitOptions, type GitPlace, git, gitText, gitVersion, NO_USER_CONFIG } from '../system/git.ts';
import { makeGitDir } from '../system/git-dir.ts';
import { GitSettings, readSettings } from '../system/git-settings.ts';
import { inTemporaryFolder } from '../system/temporary-folder.ts';
import { catchingGitErrors } from './catching-git-errors.ts';
import { identify } from './identity.ts';
import type { RepositoryFacts } from './inspect.ts';
import type { Located } from './locate.ts';

/** More files than this are no folder of documents. */
const MOST_FILES = 20_000;
/** So many are looked at at once. */
const AT_ONCE = 200;

/** Nobody's settings and ignore rules but those that lie in the folder. */
const BARELY: GitOptions = {
  env: NO_USER_CONFIG,
  config: ['core.excludesFile=/dev/null', 'core.attributesFile=/dev/null', 'core.looseCompression=1'],
};

const FORM = { objectFormat: 'sha1', exact: true } as const;

/** Where the git folder of a plain folder lies. @param root of all sessions */
const gitDirFor = (root: string, top: string): string => folderGit(join(root, 'repos', identify(top, null).folder));

/** @param repositoryFolder in which its sessions lie */
export const folderGit = (repositoryFolder: string): string => join(repositoryFolder, 'folder.git');

/** What a user has set for all repositories, without what would change the bytes of files or leave some out. */
async function settingsFor(top: string): Promise<GitSettings> {
  const ownRules = { name: 'core.excludesfile', value: '/dev/null', local: true, file: null };
  const { all } = await readSettings(top);
  return new GitSettings([...all.filter(({ name }) => !name.startsWith('core.')), ownRules]);
}

/** The plain folder around `start` in which a session has worked; null: none has. */
export async function locateFolder(start: string, root: string): Promise<Located | null> {
  for (let top = await realpath(start); ; top = dirname(top)) {
    const gitDir = gitDirFor(root, top);
    if (await exists(join(gitDir, 'HEAD')))
      return { top, gitDir, commonDir: gitDir, origin: null, settings: await settingsFor(top), plain: true };
    if (dirname(top) === top) return null;
  }
}

/**
 * Facts of a plain folder, or why no session can work on it. Only reads: what it holds is taken when a session begins.
 * @param root of all sessions
 * @param most bytes of files, at most
 */
export function inspectFolder(dir: string, root: string, most: number): Promise<Result<RepositoryFacts>> {
  return catchingGitErrors('read this folder', async () => {
    const version = await gitVersion();
    if (!version.ok) return version;
    const top = await realpath(dir).catch(() => null);
    if (top === null || !(await lstat(top)).isDirectory()) return fail(say['folder-missing']({ dir }));
    const around = repositoryAround(top);
    if (around !== null) return fail(say['folder-in-repository']({ dir: top, top: around }));
    const there = nearestThere(root);
    if (isInside(top, await realpath(there))) return fail(say['folder-holds-sessions']({ dir: top, root }));
    if (!(await isAllowed(top, constants.R_OK | constants.W_OK | constants.X_OK)))
      return fail(say['not-writable']({ path: top }));
    const found = await filesOf(top);
    if (!found.ok) return found;
    const sized = await measure(top, found.value);
    if (sized.unreadable.length > 0) return fail(say['folder-unreadable']({ dir: top, paths: sized.unreadable }));
    if (sized.bytes > most || found.value.length > MOST_FILES)
      return fail(
        say['folder-too-large']({
          dir: top,
          files: found.value.length,
          bytes: sized.bytes,
          most,
          mostFiles: MOST_FILES,
        }),
      );
    const gitDir = gitDirFor(root, top);
    return ok({
      ...{ top, gitDir, commonDir: gitDir, origin: null, plain: true, originShown: null },
      ...{ branch: null, headRef: null, branches: [], trunk: null, base: '', tree: '', objectFormat: 'sha1' },
      dirty: { staged: 0, unstaged: 0, untracked: 0 },
      seenAt: performance.now(),
      settings: await settingsFor(top),
      ...{ sparse: false, submodules: false, linked: false },
    });
  });
}

/** Makes the place for a folder's lock and objects, readable by nobody else. */
export const makeFolderGit = ({ gitDir }: Pick<Located, 'gitDir'>): Promise<void> => makeFolder(gitDir, 0o700);

/**
 * Takes what the folder holds, byte for byte, as the commit that a session starts from: the same files give the same
 * commit. The caller holds the folder's lock.
 */
export function takeFolder(facts: RepositoryFacts): Promise<Result<RepositoryFacts>> {
  return catchingGitErrors('read this folder', async () => {
    const { top, gitDir } = facts;
    const place: GitPlace = { gitDir, workTree: top, cwd: top };
    if (!(await exists(join(gitDir, 'HEAD')))) await makeGitDir(gitDir, FORM);
    await rm(join(gitDir, 'index.lock'), { force: true }); // only the holder of our lock works there
    await gitText(place, ['add', '--all'], BARELY);
    const tree = await gitText(place, ['write-tree'], BARELY);
    const by = 'mm <mm@localhost> 0 +0000';
    const input = `tree ${tree}\nauthor ${by}\ncommitter ${by}\n\nThe files of a folder\n`;
    const base = await gitText(place, ['hash-object', '-t', 'commit', '-w', '--stdin'], { ...BARELY, input });
    await makeGitDir(gitDir, { ...FORM, head: base });
    return ok({ ...facts, base, tree });
  });
}

/** The files that no rule in the folder ignores. */
const filesOf = (top: string): Promise<Result<readonly string[]>> =>
  inTemporaryFolder(async (gitDir) => {
    await makeGitDir(gitDir, { objectFormat: 'sha1' });
    const listing = ['ls-files', '--others', '--exclude-standard', '-z'];
    const listed = await git({ gitDir, workTree: top, cwd: top }, listing, BARELY);
    const unread = [...listed.stderr.matchAll(/could not open directory '(.*)': /g)].map(([, path]) => path!);
    if (unread.length > 0) return fail(say['folder-unreadable']({ dir: top, paths: unread }));
    if (listed.code !== 0) return fail(say['git-failed']({ doing: 'read this folder', why: listed.stderr.trim() }));
    const paths = listed.stdout.split('\0').filter((path) => path !== '');
    const repositories = paths.filter((path) => path.endsWith('/'));
    if (repositories.length > 0) return fail(say['folder-has-repositories']({ dir: top, paths: repositories }));
    const notUtf8 = paths.filter((path) => path.includes('\ufffd'));
    return notUtf8.length > 0 ? fail(say['name-not-utf8']({ top, paths: notUtf8 })) : ok(paths);
  });

async function measure(top: string, paths: readonly string[]) {
  let bytes = 0;
  const unreadable: string[] = [];
  for (let n = 0; n < paths.length; n += AT_ONCE) {
    const looked = paths.slice(n, n + AT_ONCE).map(async (path) => {
      const file = join(top, path);
      const info = await lstat(file).catch(() => null); // gone in this instant
      bytes += info?.size ?? 0;
      if (info?.isFile() && !(await isAllowed(file, constants.R_OK))) unreadable.push(path);
    });
    await Promise.all(looked);
  }
  return { bytes, unreadable };
}
