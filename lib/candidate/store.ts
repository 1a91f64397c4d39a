// The session's private git dir: it sees the user's objects, holds what models made, and knows nobody's configuration,
// hooks or filters. Opening it only reads the user's repository.
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { copyIfThere, exists, readText, removeTree, writeAtomic } from '../system/files.ts';
import { GitError, git, gitText } from '../system/git.ts';
import { makeGitDir } from '../system/git-dir.ts';
import { readSettings } from '../system/git-settings.ts';
import { BASELINES } from './baseline.ts';
import type { CandidateStore } from './candidate-store.ts';
import { patchFolder } from './difference.ts';
import { type DiskTree, diskTree } from './disk-tree.ts';
import { holdTree } from './keep.ts';

export type { CandidateStore };

/** What git must know of the disk to see the user's files rightly. */
const OF_THE_DISK = ['filemode', 'symlinks', 'ignorecase', 'precomposeunicode', 'trustctime', 'checkstat'];

interface StoreSpec {
  readonly sessionDir: string;
  /** Any path inside the user's repository. */
  readonly repository: string;
  /** A commit. */
  readonly base: string;
  /** What is known of the repository already, the commit by its full id; absent: it is looked up. */
  readonly known?: KnownPlace;
}

interface KnownPlace
  extends Pick<CandidateStore, 'top' | 'gitDir' | 'commonDir' | 'objectFormat' | 'base' | 'settings'> {
  /** The commit's tree. */
  readonly tree: string;
}

/**
 * Opens the session's store, and makes it where it is missing or half made.
 * @throws GitError when there is no working tree there or no such commit
 */
export async function openStore(spec: StoreSpec): Promise<CandidateStore> {
  const dir = join(spec.sessionDir, 'git');
  const { tree: committed, ...place } = spec.known ?? (await lookUp(spec));
  const { settings } = place;
  const config = OF_THE_DISK.flatMap((name) => {
    const value = settings.get(`core.${name}`);
    return value === undefined ? [] : [`core.${name}=${value}`];
  });
  const store: CandidateStore = {
    ...{ dir, sessionDir: spec.sessionDir, config },
    ...place,
    nothing: '0'.repeat(place.base.length),
    baseTree: '',
    plain: false,
    known: new Map(),
  };
  // what marks it as whole is written last
  if (!(await exists(keptBase(store)))) await make(store);
  const { tree, plain } = await knownDiskTree(store, committed);
  return { ...store, baseTree: tree, plain };
}

/**
 * Removes what is of use only while workspaces stand, and grows with the repository: copies of its whole index, and the
 * patches that diffs were made of.
 */
export async function dropWorkingFiles({ sessionDir }: CandidateStore): Promise<void> {
  await removeTree(join(sessionDir, BASELINES));
  await removeTree(patchFolder(sessionDir));
}

async function lookUp({ repository, base }: StoreSpec): Promise<KnownPlace> {
  const user = { cwd: repository };
  const rev = (what: string) => gitText(user, ['rev-parse', '--verify', '--end-of-options', `${base}^{${what}}`]);
  const [top, gitDir, commonDir, format, commit, tree, settings] = await Promise.all([
    gitPath(repository, '--show-toplevel'),
    gitPath(repository, '--absolute-git-dir'),
    gitPath(repository, '--path-format=absolute', '--git-common-dir'),
    gitText(user, ['rev-parse', '--show-object-format']),
    rev('commit'),
    rev('tree'),
    readSettings(repository),
  ]);
  const objectFormat = format === 'sha256' ? 'sha256' : 'sha1';
  return { top, gitDir, commonDir, objectFormat, base: commit, tree, settings };
}

async function make(store: CandidateStore): Promise<void> {
  const { dir, commonDir, objectFormat, settings } = store;
  await mkdir(join(dir, 'tmp'), { recursive: true });
  await makeGitDir(dir, { objectFormat, objects: [join(commonDir, 'objects')], exact: true });
  // What the user ignores outside the tree is as true in a lane, and stays as it was when the session began.
  const exclude = join(dir, 'info/exclude');
  if (!(await exists(exclude)))
    await writeAtomic(exclude, await userExcludes(commonDir, settings.get('core.excludesfile')));
  await copyIfThere(join(commonDir, 'shallow'), join(dir, 'shallow'));
}

const keptBase = ({ dir, base }: CandidateStore): string => join(dir, `base-${base}`);

/** Keeps the tree on disk of the base, since reopening must not find another one. */
async function knownDiskTree(store: CandidateStore, committed: string): Promise<DiskTree> {
  const kept = keptBase(store);
  const text = await readText(kept);
  if (text !== null) {
    const [tree = '', form = ''] = text.trim().split(' ');
    return { tree, plain: form === 'plain' };
  }
  const found = await diskTree(store, committed);
  await holdTree(store, found.tree);
  await writeAtomic(kept, `${found.tree}${found.plain ? ' plain' : ''}\n`);
  return found;
}

/** A path that git tells: its last line end is git's, all others belong to the name. */
async function gitPath(cwd: string, ...args: readonly string[]): Promise<string> {
  const output = await git({ cwd }, ['rev-parse', ...args]);
  if (output.code !== 0) throw new GitError(['rev-parse', ...args], output);
  return output.stdout.replace(/\n$/, '');
}

async function userExcludes(commonDir: string, excludesFile: string | undefined): Promise<string> {
  const home = process.env.XDG_CONFIG_HOME || join(process.env.HOME ?? '/', '.config');
  const files = [excludesFile || join(home, 'git/ignore'), join(commonDir, 'info/exclude')];
  const texts = await Promise.all(files.map(readIfReadable));
  return texts.map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)).join('');
}

/** Git, too, goes on without an exclude file that it can't read. */
async function readIfReadable(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return '';
  }
}
