// A byte-exact picture of a repository: files, index, refs, stashes, config, hooks, worktrees. Two pictures are
// compared with assert.equal; a difference names what differs. Runs nothing but git, and changes nothing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

export interface Picture {
  /** Path → kind, permissions and content's hash, of every file outside `.git`, ignored ones too. */
  readonly files: Readonly<Record<string, string>>;
  /** `git ls-files --stage -v`. */
  readonly index: string;
  readonly status: string;
  /** Every stash: commit and subject. */
  readonly stashes: string;
  readonly head: string;
  readonly refs: string;
  readonly worktrees: string;
  /** Path → hash, of config, hooks, info/ and what a merge, rebase and the like leave in the git folder. */
  readonly gitFolder: Readonly<Record<string, string>>;
  /** Names beside the repository, where worktrees would lie. */
  readonly neighbours: readonly string[];
}

/** Files of the git folder that tell of its settings or of an operation in progress. */
const GIT_FILES =
  /^(config(\.worktree)?|(hooks|info)\/.*|.*(_HEAD|_MSG|\.lock)|shallow|(rebase-|sequencer|BISECT_).*|AUTO_MERGE)$/;
/** What any git command may leave without meaning. */
const GIT_NOISE = /^(FETCH_HEAD|ORIG_HEAD|COMMIT_EDITMSG|AUTO_MERGE|info\/refs)$/;

/** The picture of the working tree in `folder`. */
export function picture(folder: string, env: Readonly<Record<string, string>>): Picture {
  const git = (...args: string[]) => {
    const done = spawnSync('git', args, {
      cwd: folder,
      env: { ...env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return done.status === 0 ? done.stdout : `exit ${done.status}: ${done.stderr}`;
  };
  const gitFolder = resolve(folder, git('rev-parse', '--git-common-dir').trim());
  return {
    files: hashes(folder, (path) => path !== '.git'),
    index: git('ls-files', '--stage', '-v'),
    status: git('status', '--porcelain=v1', '--untracked-files=all'),
    stashes: git('stash', 'list', '--format=%H %gs'),
    head: readFileSync(join(resolve(folder, git('rev-parse', '--git-dir').trim()), 'HEAD'), 'utf8'),
    refs: git('for-each-ref', '--format=%(refname) %(objectname) %(symref)'),
    worktrees: git('worktree', 'list', '--porcelain'),
    gitFolder: hashes(
      gitFolder,
      (path, entry) =>
        (entry.isDirectory() && /^(hooks|info|rebase-|sequencer)/.test(path)) ||
        (!entry.isDirectory() && GIT_FILES.test(path) && !GIT_NOISE.test(path)),
    ),
    neighbours: readdirSync(dirname(folder))
      .filter((name) => name !== basename(folder))
      .sort(),
  };
}

/** Relative path → `mode hash` (or `-> target`) of what lies below `folder` and is `wanted`; folders end in `/`. */
export function hashes(
  folder: string,
  wanted: (path: string, entry: Dirent) => boolean = () => true,
): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (!wanted(path, entry)) continue;
      const absolute = join(folder, path);
      const mode = (lstatSync(absolute).mode & 0o7777).toString(8);
      if (entry.isSymbolicLink()) found[path] = `-> ${readlinkSync(absolute)}`;
      else if (entry.isDirectory()) {
        found[`${path}/`] = mode;
        visit(path);
      } else if (entry.isFile())
        found[path] = `${mode} ${createHash('sha256').update(readFileSync(absolute)).digest('hex').slice(0, 16)}`;
      else found[path] = `${mode} special`;
    }
  };
  visit('');
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}
