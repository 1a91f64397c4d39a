// A repository of its own that borrows another one's objects and knows no remote: nothing that happens in it reaches
// the other one. Made by hand, since `git clone` would copy templates and leave a remote. Submodules of a new workspace
// are such ones of what the user has of them on this machine: no network; what they have not checked out themselves
// stays an empty folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyIfThere, exists } from '../system/files.ts';
import { git, gitText } from '../system/git.ts';
import { makeGitDir, type ObjectFormat } from '../system/git-dir.ts';
import { type GitSettings, readSettings } from '../system/git-settings.ts';
import type { CandidateStore } from './candidate-store.ts';
import { gitDirOf } from './copy-index.ts';
import { folderFacts } from './list-tree.ts';

type Environment = Readonly<Record<string, string>>;

interface CloneSpec {
  /** An empty folder. */
  readonly path: string;
  /** null: detached. */
  readonly branch: string | null;
  readonly commit: string;
  /** The git dir whose objects are borrowed. */
  readonly from: string;
  /** The git dir and the settings of the working tree whose sparse checkout and file settings are taken over. */
  readonly gitDir: string;
  readonly settings: GitSettings;
  readonly objectFormat: ObjectFormat;
  readonly env: Environment;
}

/** Settings that decide how files look on disk; taken over, since the clone stands beside the user's tree. */
const TAKEN_OVER = new Set([
  ...['core.autocrlf', 'core.eol', 'core.filemode', 'core.symlinks', 'core.ignorecase', 'core.precomposeunicode'],
  ...['core.longpaths', 'core.sparsecheckout', 'core.sparsecheckoutcone', 'core.abbrev', 'user.name', 'user.email'],
]);

export async function makeClone(spec: CloneSpec): Promise<void> {
  const { path, branch, commit, from, gitDir, settings, objectFormat, env } = spec;
  const own = join(path, '.git');
  // Local ones of both levels: what is set for all repositories holds in the clone by itself.
  const taken = settings.all.filter(({ name, local }) => local && TAKEN_OVER.has(name));
  await makeGitDir(own, {
    ...{
      objectFormat,
      head: commit,
      objects: [join(from, 'objects')],
      settings: taken.map(({ name, value }) => [name, value]),
    },
    ...(branch === null ? {} : { branch }),
  });
  for (const [source, name] of [
    [from, 'shallow'],
    [from, 'info/exclude'],
    [from, 'info/attributes'],
    [gitDir, 'info/sparse-checkout'],
  ] as const) {
    await copyIfThere(join(source, name), join(own, name));
  }
  await gitText({ cwd: path, gitDir: own, workTree: path }, ['read-tree', '-m', '-u', 'HEAD'], { env });
}

/** Checks the submodules of the base out. @param path the new workspace; @param env for the git commands */
export async function fillSubmodules(store: CandidateStore, path: string, env: Environment): Promise<void> {
  const { submodules } = await folderFacts(store, store.baseTree);
  for (const [name, commit] of submodules) await fill(store, join(store.top, name), join(path, name), commit, env);
}

async function fill(
  store: CandidateStore,
  source: string,
  target: string,
  commit: string,
  env: Environment,
): Promise<void> {
  const from = await gitDirOf(source);
  if (from === null || (await exists(join(target, '.git')))) return;
  const there = await git({ cwd: from, gitDir: from }, ['cat-file', '-e', `${commit}^{commit}`]);
  if (there.code !== 0) return;
  await mkdir(target, { recursive: true });
  await makeClone({
    path: target,
    branch: null,
    commit,
    from,
    gitDir: from,
    settings: await readSettings(source),
    objectFormat: store.objectFormat,
    env,
  });
  const listed = await git({ cwd: from, gitDir: from }, ['ls-tree', '-r', '-d', '-z', '--full-tree', commit]);
  for (const record of listed.stdout.split('\0')) {
    const match = /^160000 commit ([0-9a-f]+)\t([\s\S]+)$/.exec(record);
    if (match) await fill(store, join(source, match[2]!), join(target, match[2]!), match[1]!, env);
  }
}
