// What can be said about workspaces, captures and compositions.
import { catalogue, quotedPaths } from './catalogue.ts';

/** The one way on from a combination that can't be. */
const CHOOSE = 'Take other versions of these files in the review, or one candidate whole.';

export const candidateMessages = catalogue({
  'workspace-exists': ({ path }: { path: string }) => ({
    what: `The folder for a workspace is there already: ${path}`,
    remedy: [
      'If it was left by an earlier run, this removes it:',
      'mm clean',
      'Otherwise move it away, or name another folder in the recipe (workspace:).',
    ],
  }),
  'workspace-inside': ({ path, top }: { path: string; top: string }) => ({
    what: `A workspace must lie outside the repository: ${path} is inside ${top}`,
    remedy: [
      "Name a folder beside the repository in the recipe (workspace:); it is counted from the repository's top.",
    ],
  }),
  'workspace-parent': ({ path, why }: { path: string; why: string }) => ({
    what: `No workspace can be made at ${path}: ${why}`,
    remedy: ['Make its parent folder writable, or name another folder in the recipe (workspace:).'],
  }),
  'workspace-registered': ({ path, name }: { path: string; name: string }) => ({
    what: `Git still has a worktree "${name}" registered at ${path}, though the folder is gone`,
    remedy: ['To make git forget it:', 'git worktree prune'],
  }),
  'branch-exists': ({ branch }: { branch: string }) => ({
    what: `The branch ${branch} exists already`,
    remedy: [
      'If it was left by an earlier run, this removes it:',
      'mm clean',
      'Otherwise rename it, or name another branch in the recipe (branch:).',
    ],
  }),
  'branch-blocked': ({ branch, by }: { branch: string; by: string }) => ({
    what: `The branch ${branch} can't be made: the branch ${by} is in its way`,
    remedy: [
      'Git keeps a branch as a file, and the other one needs a folder of the same name. Rename it:',
      `git branch -m ${by} ${by}-old`,
    ],
  }),
  'branch-invalid': ({ branch }: { branch: string }) => ({
    what: `${JSON.stringify(branch)} is no branch name that git takes`,
    remedy: ['Name another one in the recipe (branch:).'],
  }),
  'checkout-failed': ({ said }: { said: string }) => ({
    what: `Git can't check out all files of this repository:\n${said}`,
    remedy: 'Mend what it complains about, such as a filter of yours that is not installed, then start again.',
  }),
  'workspace-failed': ({ path, said }: { path: string; said: string }) => ({
    what: `Making the workspace ${path} failed:\n${said}`,
    remedy: ['Mend what git complains about, then start again; what was left goes with:', 'mm clean'],
    exit: 1,
  }),
  'workspace-not-ours': ({ path }: { path: string }) => ({
    what: `${path} is not the folder that this session made there, so it was left alone`,
    remedy: ['Look what is in it, and remove it yourself if nobody needs it.'],
    exit: 1,
  }),
  'workspace-left': ({ path, why }: { path: string; why: string }) => ({
    what: `A removed workspace's files could not be deleted: ${why}`,
    remedy: ['Nothing needs them any more; remove them by hand:', `rm -rf -- '${path.replaceAll("'", "'\\''")}'`],
    exit: 1,
  }),
  'branch-in-use': ({ branch, user }: { branch: string; user: string }) => ({
    what: `The branch ${branch} of this session was kept: it is checked out in ${user}`,
    remedy: ['Check your own branch out there, then:', `git branch -D ${branch}`],
    exit: 1,
  }),
  'branch-left': ({ branch, said }: { branch: string; said: string }) => ({
    what: `The branch ${branch} could not be deleted:\n${said}`,
    remedy: ['To delete it by hand:', `git branch -D ${branch}`],
    exit: 1,
  }),
  'workspace-gone': ({ path }: { path: string }) => ({
    what: `The workspace ${path} is no longer the folder that was made: it was removed or replaced`,
    remedy: ['Whoever worked in it removed it; nothing of it can be used.'],
    exit: 1,
  }),
  'capture-failed': ({ path, said }: { path: string; said: string }) => ({
    what: `What was made in ${path} could not be captured:\n${said}`,
    remedy: ['The folder is left as it is until the session ends.'],
    exit: 1,
  }),
  'compose-unknown': ({ paths }: { paths: readonly string[] }) => ({
    what: `No candidate changed ${quotedPaths(paths)}, and the base does not have it`,
    remedy: CHOOSE,
    exit: 1,
  }),
  'compose-unsafe': ({ paths }: { paths: readonly string[] }) => ({
    what: `These paths lead out of the repository or into its .git: ${quotedPaths(paths)}`,
    remedy: CHOOSE,
    exit: 1,
  }),
  'compose-clash': ({ path, other }: { path: string; other: string }) => ({
    what: `${JSON.stringify(path)} would be a file and a folder at once: ${JSON.stringify(other)} lies in it`,
    remedy: CHOOSE,
    exit: 1,
  }),
  'compose-twins': ({ path, other }: { path: string; other: string }) => ({
    what: `${JSON.stringify(path)} and ${JSON.stringify(other)} are one file on a disk that ignores case`,
    remedy: CHOOSE,
    exit: 1,
  }),
  'compose-differs': ({ paths }: { paths: readonly string[] }) => ({
    what: `The composed tree is not what was picked, at ${quotedPaths(paths)}`,
    remedy: CHOOSE,
    exit: 1,
  }),
});
