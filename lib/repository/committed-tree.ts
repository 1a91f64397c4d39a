// A result as git would commit it: its change put onto the tree of the commit that the run began with, each file in the
// form that the repository keeps (line ends, filters). Writes objects that nothing refers to yet, and an index and
// files of its own; the user's working tree, index and refs are not even read.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CandidateStore } from '../candidate/candidate-store.ts';
import { joinRecords } from '../candidate/path-bytes.ts';
import { isSafePath } from '../candidate/safe-path.ts';
import { isSubmodule, treeDiff } from '../candidate/tree-diff.ts';
import { writeFiles } from '../candidate/write-blobs.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { deliverMessages as say } from '../core/messages/deliver-messages.ts';
import { removeTree } from '../system/files.ts';
import { type GitPlace, gitText } from '../system/git.ts';
import { catchingGitErrors } from './catching-git-errors.ts';

export interface CommittedTree {
  /** In the user's repository. */
  readonly tree: string;
  /** An index of ours that holds it, for hooks that look at what is to be committed. */
  readonly indexFile: string;
  /** Submodules that the result has at another commit: left as they were. */
  readonly submodules: readonly string[];
}

/** What the index is told of the files of ours, whatever the disk of the user's is like. */
const CONFIG = ['core.filemode=true', 'core.symlinks=true', 'core.safecrlf=false', 'core.sparseCheckout=false'];

/** @param dir made; must not exist */
export function committedTree(store: CandidateStore, result: string, dir: string): Promise<Result<CommittedTree>> {
  return catchingGitErrors('make a commit of the result', async () => {
    const changes = await treeDiff(store, store.baseTree, result);
    const unsafe = changes.find(({ path }) => !isSafePath(path));
    if (unsafe) return fail(say.unsafeResult({ path: unsafe.path }));
    const files = changes.filter((change) => !isSubmodule(change));
    const workTree = join(dir, 'tree');
    await mkdir(workTree, { recursive: true, mode: 0o700 });
    const present = files.flatMap(({ path, after }) => (after === null ? [] : [path]));
    await writeFiles(store, workTree, result, present);
    const indexFile = join(dir, 'index');
    const place: GitPlace = { cwd: workTree, gitDir: store.gitDir, workTree, indexFile };
    await gitText(place, ['read-tree', store.base], { config: CONFIG });
    const update = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
    await gitText(place, update, { config: CONFIG, input: joinRecords(files.map(({ path }) => path)) });
    const tree = await gitText(place, ['write-tree']);
    await removeTree(workTree);
    return ok({ tree, indexFile, submodules: changes.filter(isSubmodule).map(({ path }) => path) });
  });
}
