// What can stand against working in the user's repository, and how what was put aside comes back.
import { shellWord as word } from '../shell-word.ts';
import { catalogue } from './catalogue.ts';

const MOST_NAMED = 20;

/** The paths one below the other, many of them cut. */
function list(paths: readonly string[]): string {
  const named = paths.slice(0, MOST_NAMED).map((path) => `  ${JSON.stringify(path).slice(1, -1)}`);
  const more = paths.length - named.length;
  return [...named, ...(more > 0 ? [`  … and ${more} more`] : [])].join('\n');
}

const number = (count: number): string => count.toLocaleString('en');

const megabytes = (bytes: number): string =>
  `${(bytes / 1024 / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`;

const files = (count: number): string => (count === 1 ? 'this file' : `these ${count} files`);

interface PutBack {
  readonly top: string;
  readonly stash: string;
  readonly copies: string;
}

/** The commands that always work, whatever became of the tree. */
const byHand = ({ top, stash, copies }: PutBack): readonly string[] => [
  'Nothing is lost. They are kept as a commit, and byte for byte as files:',
  `git -C ${word(top)} show --stat --include-untracked ${stash}`,
  `ls ${word(copies)}`,
];

export const repositoryMessages = catalogue({
  'not-a-repository': ({ dir }: { dir: string }) => ({
    what: `${dir} is not inside a git repository.`,
    remedy: [
      'Start inside your project, or name it with -C DIR. To make a repository of this folder:',
      'git init && git add . && git commit -m "first"',
    ],
  }),
  'no-such-folder': ({ dir }: { dir: string }) => ({
    what: `${dir} is not a folder.`,
    remedy: 'Name an existing folder with -C DIR.',
  }),
  'folder-missing': ({ dir }: { dir: string }) => ({
    what: `${dir} is not a folder.`,
    remedy: 'Name one that is there (`folder:` in the recipe), or start in it.',
  }),
  'folder-in-repository': ({ dir, top }: { dir: string; top: string }) => ({
    what: `${dir} is inside the git repository ${top}: this recipe is for folders without git.`,
    remedy: ['Take a recipe for repositories:', 'mm execute "…"'],
  }),
  'folder-holds-sessions': ({ dir, root }: { dir: string; root: string }) => ({
    what: `Sessions lie in ${root}, which is inside ${dir}: they would be copied into themselves.`,
    remedy: 'Work on a folder of its own below it, or have sessions elsewhere: AI_AIP_ROOT names where.',
  }),
  'folder-has-repositories': ({ dir, paths }: { dir: string; paths: readonly string[] }) => ({
    what: `There are git repositories in ${dir}:\n${list(paths)}`,
    remedy: 'Work in one of them with a recipe for repositories, or name them in a .gitignore of the folder.',
  }),
  'folder-unreadable': ({ dir, paths }: { dir: string; paths: readonly string[] }) => ({
    what: `Not everything in ${dir} can be read:\n${list(paths)}`,
    remedy: 'Make it readable, or have it left alone: name it in a .gitignore there.',
  }),
  'folder-too-large': (found: { dir: string; files: number; bytes: number; most: number; mostFiles: number }) => ({
    what:
      `${found.dir} is too large: ${number(found.files)} files with ${megabytes(found.bytes)}, ` +
      'and every model gets a copy; ' +
      `the limit is ${megabytes(found.most)} in ${number(found.mostFiles)} files.`,
    remedy: 'Work on a smaller folder, name what is not needed in a .gitignore there, or raise `most` in the recipe.',
  }),
  'folder-changed': ({ session, dir }: { session: string; dir: string }) => ({
    what: `Session ${session} can't be gone on with: ${dir} is not as it was when it began.`,
    remedy: 'What it made is kept in its folder; begin a new run.',
  }),
  'folder-needs-clones': ({ slot }: { slot: string }) => ({
    what: `${slot} can't work in a plain folder or a worktree of it: there is no git.`,
    remedy: 'Let it work in a clone: `set: { slots.*.workspace: clone }` in the recipe.',
  }),
  'bare-repository': ({ dir }: { dir: string }) => ({
    what: `${dir} is inside a bare repository or a .git folder: there are no files to work on.`,
    remedy: ['Start in a working tree; a bare repository gets one with:', `git -C ${word(dir)} worktree add ../work`],
  }),
  'repository-refused': ({ dir, why }: { dir: string; why: string }) => ({
    what: `git can't work with ${dir}: ${why}`,
    remedy: ['Mend what git complains about; this shows it again:', `git -C ${word(dir)} status`],
  }),
  'no-commit': ({ top }: { top: string }) => ({
    what: `The repository ${top} has no commit yet; the models need one to start from.`,
    remedy: ['Make a first commit:', 'git add . && git commit -m "first"'],
  }),
  'in-progress': ({ top, what, finish, abort }: { top: string; what: string; finish: string; abort: string }) => ({
    what: `A ${what} is in progress in ${top}.`,
    remedy: ['Finish it, or give it up:', finish, abort],
  }),
  unmerged: ({ top, paths }: { top: string; paths: readonly string[] }) => ({
    what: `${top} has unresolved conflicts:\n${list(paths)}`,
    remedy: ['Resolve them, then mark them as resolved:', 'git add <file>'],
  }),
  'index-locked': ({ lock }: { lock: string }) => ({
    what: `${lock} exists: another git command is running in this repository, or one has crashed.`,
    remedy: ['Wait for it; if none is running:', `rm ${word(lock)}`],
  }),
  'git-at-work': ({ top, pid, lock }: { top: string; pid: number; lock: string }) => ({
    exit: 4,
    what:
      `A git command of yours (process ${pid}) is at work in ${top} and holds ${lock}: ` +
      'nothing was put back under it.',
    remedy: ['Let it end (a commit may be waiting for its editor), then:', 'mm recover'],
  }),
  'not-writable': ({ path }: { path: string }) => ({
    what: `${path} can't be read and written by this user.`,
    remedy: ['See who owns it:', `ls -ld ${word(path)}`],
  }),
  'name-not-utf8': ({ top, paths }: { top: string; paths: readonly string[] }) => ({
    what: `${top} has file names that are not valid UTF-8, which can't be handled without risk:\n${list(paths)}`,
    remedy: 'Rename them.',
  }),
  'in-the-way': ({ paths }: { paths: readonly string[] }) => ({
    what:
      `Your uncommitted changes can't be put aside without touching what git ignores; ` +
      `it lies in the place of ${files(paths.length)}:\n${list(paths)}`,
    remedy: ['Move it away or commit your changes; or let every model work in a place of its own:', 'mm isolated'],
  }),
  'folder-in-place': ({ top, paths }: { top: string; paths: readonly string[] }) => ({
    what:
      `In ${top} there is a folder in the place of ${files(paths.length)} that git has; ` +
      `it could not be put back as it is:\n${list(paths)}`,
    remedy: 'Move it away, or commit your changes.',
  }),
  'changed-meanwhile': ({ paths }: { paths: readonly string[] }) => ({
    exit: 1,
    what: `Something else is changing files in this working tree right now:\n${list(paths)}`,
    remedy: 'Nothing of it was overwritten. Stop the editor, watcher or build that writes there, and start again.',
  }),
  'not-clean': ({ top, paths }: { top: string; paths: readonly string[] }) => ({
    exit: 1,
    what: `${top} is not clean although your changes were put aside:\n${list(paths)}`,
    remedy: ['Something else may be writing there. See what:', `git -C ${word(top)} status`],
  }),
  'git-failed': ({ doing, why }: { doing: string; why: string }) => ({
    exit: 1,
    what: `Git could not ${doing}: ${why}`,
    remedy: ['Mend what git complains about, then put right what is left to put right:', 'mm recover'],
  }),
  'changes-kept': ({ paths, ...place }: PutBack & { paths: readonly string[] }) => ({
    exit: 4,
    what:
      `Your own changes to ${files(paths.length)} could not be put back: ` +
      `something else is there now.\n${list(paths)}`,
    remedy: [
      ...byHand(place),
      'To take your version of a file (untracked files are in the third parent of that commit):',
      ...paths
        .slice(0, 3)
        .map((path) => `git -C ${word(place.top)} restore --source=${place.stash} --worktree -- ${word(path)}`),
      `git -C ${word(place.top)} restore --source=${place.stash}^3 --worktree -- <untracked file>`,
      'Then:',
      'mm recover',
    ],
  }),
  'edited-meanwhile': ({ top, copies, paths }: { top: string; copies: string; paths: readonly string[] }) => ({
    exit: 4,
    what:
      `While the models ran, somebody else changed files in ${top}, ` +
      `where a model had been at work:\n${list(paths)}`,
    remedy: [
      'That tree has been put back as it was before the run; ' +
        'these changes are kept as they were found, and nothing was applied over them. ' +
        'Look at them, and take over what you want:',
      ...paths
        .slice(0, 3)
        .map((path) => `git diff --no-index -- ${word(`${top}/${path}`)} ${word(`${copies}/${path}`)}`),
      `ls -AR ${word(copies)}`,
      'Then go on where the run stopped:',
      'mm resume',
    ],
  }),
  'copies-gone': ({ top, stash, ref }: { top: string; stash: string; ref: string }) => ({
    exit: 4,
    what:
      `Your own changes to ${top} could not be put back: ` +
      `the session's folder, where they were written down, has been removed.`,
    remedy: [
      'Nothing is lost: all of them are in one commit, staged and untracked files too. ' +
        'These put aside whatever is in the tree now, bring your changes back, ' +
        'and let go of the ref that keeps them:',
      `git -C ${word(top)} stash push --include-untracked`,
      `git -C ${word(top)} stash apply --index ${stash}`,
      `git -C ${word(top)} update-ref -d ${ref}`,
      'The list of stashes still has both; see it, and drop what you do not need:',
      `git -C ${word(top)} stash list`,
    ],
  }),
  'records-gone': ({ top, dir }: { top: string; dir: string }) => ({
    exit: 4,
    what:
      `What a model did in ${top} could not be taken out again: ` +
      `${dir}, where the state before it was kept, has been removed.`,
    remedy: ['See what is in the tree now:', `git -C ${word(top)} status`],
  }),
  'changes-wait': (place: PutBack) => ({
    exit: 4,
    what: 'Your own changes were not put back, because what a model did in your tree could not be taken out of it.',
    remedy: ['See the other message for why; when that is mended:', 'mm recover', ...byHand(place)],
  }),
  'changes-kept-head': ({ found, base, ...place }: PutBack & { found: string; base: string }) => ({
    exit: 4,
    what:
      `Your own changes were made on commit ${base.slice(0, 12)}, ` +
      `but the repository stands at ${found.slice(0, 12)} now, so they were not put back.`,
    remedy: [
      ...byHand(place),
      'To put them on top of where you are now:',
      `git -C ${word(place.top)} stash apply --index ${place.stash}`,
    ],
  }),
  'changes-kept-index': ({ index, saved, ...place }: PutBack & { index: string; saved: string }) => ({
    exit: 4,
    what: 'Your own changes were not put back: something else has been staged since they were put aside.',
    remedy: [
      ...byHand(place),
      'Unstage it and recover, or take the index as it was when you started:',
      `git -C ${word(place.top)} reset`,
      'mm recover',
      `cp ${word(saved)} ${word(index)}`,
    ],
  }),
  'apply-conflict': ({ paths }: { paths: readonly string[] }) => ({
    exit: 1,
    what:
      `The result was not applied: ${files(paths.length)} in your working tree ` +
      `${paths.length === 1 ? 'is' : 'are'} not what the models started from, ` +
      `or ${paths.length === 1 ? 'is' : 'are'} in the way.\n${list(paths)}`,
    remedy: ['Nothing was touched. Commit or move your version away, then go on with:', 'mm resume'],
  }),
  'unsafe-path': ({ path }: { path: string }) => ({
    exit: 1,
    what: `The result holds a path that is never written: ${JSON.stringify(path)}`,
    remedy:
      'It leads out of the repository or into its .git. What the models made is in the session folder, under diffs/.',
  }),
  'repository-gone': ({ path }: { path: string }) => ({
    exit: 4,
    what: `${path} is not there any more, so nothing could be put back there.`,
    remedy: ['Put it back where it was, then:', 'mm recover'],
  }),
  'session-running': ({
    session,
    pid,
    host,
    since,
    lock,
    certain,
  }: {
    session: string;
    pid: number;
    host: string;
    since: string;
    lock: string;
    certain: boolean;
  }) => ({
    what: `Session ${session} is working in this tree since ${since} (process ${pid} on ${host}).`,
    remedy: certain
      ? ['Wait until it has ended, or end it:', `kill ${pid}`]
      : [
          `Whether it still runs can't be seen from here. If you know that it does not, remove its lock:`,
          `rm ${word(lock)}`,
        ],
  }),
});
