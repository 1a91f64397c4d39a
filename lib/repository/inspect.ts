// Looks at the repository that the user is in: what it is, where it stands, and whether a session can work in it.
// Only reads, and never uses the network.
import { constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages as say } from '../core/messages/repository-messages.ts';
import { exists, isAllowed } from '../system/files.ts';
import { type GitPlace, git, gitLines, gitVersion } from '../system/git.ts';
import type { ObjectFormat } from '../system/git-dir.ts';
import { type GitSettings, isYes } from '../system/git-settings.ts';
import { catchingGitErrors } from './catching-git-errors.ts';
import { withoutCredentials } from './identity.ts';
import { type Located, locateRepository } from './locate.ts';
import { listChanges } from './tree-status.ts';

export interface RepositoryFacts extends Located {
  /** Null: detached HEAD. */
  readonly branch: string | null;
  /** `refs/heads/…`, null: detached HEAD. */
  readonly headRef: string | null;
  /** The names of all branches. */
  readonly branches: readonly string[];
  /** The commit that everything starts from. */
  readonly base: string;
  /** Its tree. */
  readonly tree: string;
  /** The name of the trunk branch, null where none can be told. */
  readonly trunk: string | null;
  /** The URL of `origin` as it may be shown and kept: without a password. */
  readonly originShown: string | null;
  /** How many paths. */
  readonly dirty: { readonly staged: number; readonly unstaged: number; readonly untracked: number };
  /** When `dirty` was looked up: milliseconds, by a clock that only goes forward. */
  readonly seenAt: number;
  readonly objectFormat: ObjectFormat;
  readonly sparse: boolean;
  readonly submodules: boolean;
  /** A working tree made by `git worktree add`. */
  readonly linked: boolean;
}

/** Files and folders of the git folder that tell of something unfinished, and how it ends. */
const IN_PROGRESS: readonly (readonly [file: string, what: string, finish: string, abort: string])[] = [
  ['rebase-merge', 'rebase', 'git rebase --continue', 'git rebase --abort'],
  ['rebase-apply/applying', 'patch series (git am)', 'git am --continue', 'git am --abort'],
  ['rebase-apply', 'rebase', 'git rebase --continue', 'git rebase --abort'],
  ['MERGE_HEAD', 'merge', 'git merge --continue', 'git merge --abort'],
  ['CHERRY_PICK_HEAD', 'cherry-pick', 'git cherry-pick --continue', 'git cherry-pick --abort'],
  ['REVERT_HEAD', 'revert', 'git revert --continue', 'git revert --abort'],
  ['sequencer', 'cherry-pick or revert', 'git cherry-pick --continue', 'git cherry-pick --quit'],
  ['BISECT_LOG', 'bisect', 'git bisect good', 'git bisect reset'],
];

/**
 * Facts of the repository around `startDir`, or why no session can work there.
 * @param known what is known of the place already; absent: it is looked up
 */
export function inspectRepository(startDir: string, known?: Located): Promise<Result<RepositoryFacts>> {
  return catchingGitErrors('read this repository', async () => {
    const versioned = gitVersion();
    const located: Result<Located> = known ? ok(known) : await locateRepository(startDir);
    const looking = located.ok ? look(located.value) : null;
    looking?.catch(() => {}); // what stands in the way is told by what is looked at first
    const version = await versioned;
    if (!version.ok) return version;
    if (!located.ok) return located;
    const { top, gitDir, commonDir, origin, settings } = located.value;
    for (const path of [top, gitDir, commonDir])
      if (!(await isAllowed(path, constants.R_OK | constants.W_OK | constants.X_OK)))
        return fail(say['not-writable']({ path }));
    for (const [file, what, finish, abort] of IN_PROGRESS) {
      if (await exists(join(gitDir, file))) return fail(say['in-progress']({ top, what, finish, abort }));
    }
    const lock = join(gitDir, 'index.lock');
    if (await exists(lock)) return fail(say['index-locked']({ lock }));

    const { format, base, tree, head = 'HEAD', branches, trunk, changes, seenAt } = await looking!;
    if (base === undefined || tree === undefined) return fail(say['no-commit']({ top }));
    if (changes.unmerged.length > 0) return fail(say.unmerged({ top, paths: changes.unmerged }));
    if (changes.notUtf8.length > 0) return fail(say['name-not-utf8']({ top, paths: changes.notUtf8 }));
    const headRef = head === 'HEAD' ? null : head;
    return ok({
      ...{ top, gitDir, commonDir, origin, base, tree, settings },
      objectFormat: format === 'sha256' ? 'sha256' : 'sha1',
      branch: headRef?.startsWith('refs/heads/') ? headRef.slice('refs/heads/'.length) : null,
      headRef,
      branches,
      trunk,
      originShown: origin === null ? null : withoutCredentials(origin),
      dirty: {
        staged: changes.tracked.filter((change) => change.staged).length,
        unstaged: changes.tracked.filter((change) => change.unstaged).length,
        untracked: changes.untracked.length + changes.embedded.length,
      },
      seenAt,
      sparse: isYes(settings.get('core.sparsecheckout')),
      submodules: (await exists(join(top, '.gitmodules'))) || (await hasEntries(join(commonDir, 'modules'))),
      linked: gitDir !== commonDir,
    });
  });
}

const COMMIT = ['HEAD^{commit}', 'HEAD^{tree}'];

/** What git knows of it, asked for all at once; `base` and its `tree` are missing without a commit. */
async function look({ top, settings }: Located) {
  const place: GitPlace = { cwd: top };
  const seenAt = performance.now();
  const [found, { branches, trunk }, changes] = await Promise.all([
    git(place, ['rev-parse', '--quiet', '--show-object-format', ...COMMIT, '--symbolic-full-name', 'HEAD', '--']),
    branchesOf(place, settings),
    listChanges(place),
  ]);
  const [format, base, tree, head] = found.code === 0 ? found.stdout.split('\n') : [];
  return { format, base, tree, head, branches, trunk, changes, seenAt };
}

/** All branches, and the one that everything goes into: as `origin` says, or by its usual names. */
async function branchesOf(place: GitPlace, settings: GitSettings) {
  const first = settings.get('init.defaultbranch');
  const usual = [...(first === undefined ? [] : [first]), 'main', 'master'];
  const wanted = ['refs/heads', 'refs/remotes/origin/HEAD', ...usual.map((name) => `refs/remotes/origin/${name}`)];
  const lines = await gitLines(place, ['for-each-ref', '--format=%(refname) %(symref)', '--', ...wanted]);
  const found = new Map(lines.map((line) => line.split(' ') as [ref: string, leadsTo: string]));
  const origin = found.get('refs/remotes/origin/HEAD')?.replace(/^refs\/remotes\/origin\//, '');
  const isThere = (name: string) => found.has(`refs/heads/${name}`) || found.has(`refs/remotes/origin/${name}`);
  const local = [...found.keys()].filter((ref) => ref.startsWith('refs/heads/'));
  return {
    branches: local.map((ref) => ref.slice('refs/heads/'.length)),
    trunk: origin || (usual.find(isThere) ?? null),
  };
}

async function hasEntries(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch {
    return false; // no such folder: no submodules
  }
}
