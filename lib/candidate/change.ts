// A change that somebody made elsewhere, as two trees of the store: what it was made on, and what it made of that. And
// how it is carried onto the run's base. It runs nobody's programs, and reads other repositories as files only.
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { creditsIn } from '../core/credits.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { SUBMODULE } from '../core/file-mode.ts';
import { originMessages as say } from '../core/messages/origin-messages.ts';
import { codeOf } from '../system/file-failure.ts';
import { readText } from '../system/files.ts';
import { GitError, git } from '../system/git.ts';
import { addAll } from './add-all.ts';
import type { CandidateStore } from './candidate-store.ts';
import { gitDirOf } from './copy-index.ts';
import { diskTree } from './disk-tree.ts';
import { keepTree, packObjects } from './keep.ts';
import { mergeTrees } from './merge.ts';
import { privateBytes, privateGit, privateText, withIndex } from './private-git.ts';
import { isSafePath } from './safe-path.ts';
import { headOf } from './submodules.ts';
import { treeDiff } from './tree-diff.ts';
import { editTree } from './tree-edit.ts';

/** Both trees as a checkout has them on disk, as the store's base is. */
export interface ForeignChange {
  readonly before: string;
  readonly after: string;
  /** Who wrote it, where that is known: a line of theirs, not of ours. */
  readonly author: string | null;
  /** Whom and what it credits beside; absent in what an older version has held. */
  readonly credits?: readonly string[];
}

/** What a ref of the user's repository changed since it left the base's history. */
export async function changeOfRef(store: CandidateStore, ref: string): Promise<Result<ForeignChange>> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { code, stdout } = await git({ cwd: store.top }, args);
  if (code !== 0) return fail(say.unknownRef({ ref }));
  const commit = stdout.trim();
  const since = await commonCommit(store, commit);
  if (since === null) return fail(say.unrelated({ what: ref }));
  const after = await onDisk(store, commit);
  return kept(store, { before: await onDisk(store, since), after, ...(await writtenBy(store, since, commit)) });
}

/** What lies in another checkout, committed or not, against where its history left the base's. */
export async function changeOfFolder(store: CandidateStore, folder: string): Promise<Result<ForeignChange>> {
  if (!(await isDirectory(folder))) return fail(say.noFolder({ folder }));
  const commit = await commitIn(store, folder);
  const since = commit === null ? null : await commonCommit(store, commit);
  // without a common history, what differs from the base is the change
  const before = since === null ? store.baseTree : await onDisk(store, since);
  const start = since === null || commit === null ? store.baseTree : commit;
  const found = await withIndex(store, async (indexFile) => {
    await privateBytes(store, ['read-tree', start], { indexFile });
    return addAll(store, { workTree: folder, indexFile, left: [], repositories: [] });
  });
  // a repository within would come along as a mere pointer to a commit that nobody else has
  const within = (await treeDiff(store, before, found.tree)).filter(({ after }) => after?.mode === SUBMODULE);
  const without = within.map(({ path, before: entry }) => ({ path, entry }));
  const after = without.length === 0 ? found.tree : await editTree(store, found.tree, without);
  const by = since === null || commit === null ? { author: null } : await writtenBy(store, since, commit);
  return kept(store, { before, after, ...by });
}

/** What a patch makes of the base's commit; git finds its place as `git apply` does. */
export async function changeOfPatch(store: CandidateStore, patch: Uint8Array): Promise<Result<ForeignChange>> {
  const text = Buffer.from(patch).toString('latin1');
  if (text.trim() === '') return fail(say.changesNothing());
  const absolute = [...text.matchAll(/^--- (.*)\n\+\+\+ (.*)\n@@ /gm)]
    .flatMap(([, old = '', now = '']) => [old, now])
    .map((path) => path.replace(/\t.*$/, ''))
    .filter((path) => /^"?\//.test(path) && path !== '/dev/null');
  const listed = await privateGit(store, ['apply', '--numstat', '-z', '-'], { input: patch });
  if (listed.code !== 0) return fail(say.notPatch({ said: saidBy(listed.stderr) }));
  const records = Buffer.from(listed.bytes).toString().split('\0').filter(Boolean);
  const paths = records.map((record) => record.split('\t').slice(2).join('\t'));
  const unsafe = [...absolute, ...paths.filter((path) => !isSafePath(path))];
  if (unsafe.length > 0) return fail(say.unsafePaths({ paths: unsafe }));
  const base = `${store.base}^{tree}`;
  const apply = (more: readonly string[]): Promise<Result<string, string>> =>
    withIndex(store, async (indexFile) => {
      await privateBytes(store, ['read-tree', base], { indexFile });
      const args = ['apply', '--cached', '--whitespace=nowarn', ...more, '-'];
      const { code, stderr } = await privateGit(store, args, { indexFile, input: patch });
      if (code !== 0) return fail(stderr);
      return ok(await privateText(store, ['write-tree', '--missing-ok'], { indexFile }));
    });
  const plainly = await apply([]);
  const applied = plainly.ok ? plainly : await apply(['--3way']); // it may name the files that it was made on
  if (!applied.ok) {
    const said = plainly.ok ? [] : saidBy(plainly.failure);
    return fail(say.doesNotApply({ said: said.map((line) => line + hunkNamedIn(line, text)) }));
  }
  const said = Buffer.from(patch).toString('utf8');
  return kept(store, {
    before: store.baseTree,
    after: (await diskTree(store, applied.value)).tree,
    author: /^From: (.+)$/m.exec(said)?.[1]?.trim() ?? null,
    credits: creditsIn(said),
  });
}

/** The change made on the run's base; the files in which that conflicts with what the base has become since. */
export async function carried(
  store: CandidateStore,
  { before, after }: Pick<ForeignChange, 'before' | 'after'>,
): Promise<Result<string, readonly string[]>> {
  if (before === store.baseTree) return ok(after);
  const { tree, conflicts } = await mergeTrees(store, before, store.baseTree, after);
  return conflicts.length > 0 ? fail(conflicts) : ok(tree);
}

/** Held for good, wherever its objects lie now; refused where it changes nothing, or what nobody may. */
async function kept(store: CandidateStore, change: ForeignChange): Promise<Result<ForeignChange>> {
  const differences = await treeDiff(store, change.before, change.after);
  if (differences.length === 0) return fail(say.changesNothing());
  const unsafe = differences.map(({ path }) => path).filter((path) => !isSafePath(path));
  if (unsafe.length > 0) return fail(say.unsafePaths({ paths: unsafe }));
  await keepTree(store, change.before);
  await keepTree(store, change.after);
  return ok(change);
}

const onDisk = async (store: CandidateStore, commit: string): Promise<string> =>
  (await diskTree(store, await privateText(store, ['rev-parse', `${commit}^{tree}`]))).tree;

/** Where the histories of a commit and of the base part; null: they have nothing in common. */
async function commonCommit(store: CandidateStore, commit: string): Promise<string | null> {
  const args = ['merge-base', store.base, commit];
  const output = await privateGit(store, args);
  if (output.code === 0) return output.stdout.trim();
  if (output.code === 1) return null;
  throw new GitError(args, output);
}

/** The author of its last commit, and whom and what all of its own commits credit. */
async function writtenBy(
  store: CandidateStore,
  since: string,
  commit: string,
): Promise<Pick<ForeignChange, 'author' | 'credits'>> {
  const author = (await privateText(store, ['show', '-s', '--format=%an <%ae>', commit])) || null;
  const said = await privateText(store, ['log', '--format=%B', '--max-count=1000', commit, `^${since}`]);
  return { author, credits: creditsIn(said) };
}

/** What is checked out in a folder, its history copied into the store; null: that can't be told from its files. */
async function commitIn(store: CandidateStore, folder: string): Promise<string | null> {
  const gitDir = await gitDirOf(folder);
  if (gitDir === null) return null;
  const shared = (await readText(join(gitDir, 'commondir')))?.trim();
  const common = shared === undefined ? gitDir : resolve(gitDir, shared);
  const commit = await headOf(gitDir, common);
  if (commit === null) return null;
  const isKnown = async () => (await privateGit(store, ['cat-file', '-e', `${commit}^{commit}`])).code === 0;
  if (await isKnown()) return commit;
  try {
    await packObjects(store, `${commit}\n^${store.base}\n`, ['--revs'], join(common, 'objects'));
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return null;
  }
  return (await isKnown()) ? commit : null;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return false;
  }
}

/** The header of the hunk that `patch failed: <path>:<line>` is about, as it stands in the patch. */
function hunkNamedIn(complaint: string, patch: string): string {
  const [, path, line] = /^patch failed: (.+):(\d+)$/.exec(complaint) ?? [];
  if (path === undefined) return '';
  const ofFile = patch
    .split(/^(?=--- )/m)
    .find((part) => part.split('\n', 2).some((name) => name.endsWith(`/${path}`)));
  const header = ofFile?.split('\n').find((each) => new RegExp(`^@@ -${line}\\b.* @@`).test(each));
  return header === undefined ? '' : `, the hunk ${header}`;
}

/** What git complains about, a line each. */
const saidBy = (stderr: string): readonly string[] =>
  stderr
    .split('\n')
    .filter((line) => /^(error|fatal): /.test(line))
    .map((line) => line.replace(/^(error|fatal): /, ''))
    .slice(0, 10);
