// Runs git in the session's private git dir: without anyone's configuration, attributes or exclude files, so that
// nothing that a model planted can run or change what is seen. It never touches the user's repository.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError, type GitOptions, type GitOutput, type GitPlace, git, NO_USER_CONFIG } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { joinRecords, splitRecords } from './path-bytes.ts';

/** What the command works on beside the private git dir. */
export interface PrivateOptions {
  readonly workTree?: string;
  readonly indexFile?: string;
  readonly input?: string | Uint8Array;
  readonly config?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder of files, and the index that tells how they were. */
export interface Held {
  readonly workTree: string;
  readonly indexFile: string;
}

const SETTINGS = [
  'core.untrackedCache=false',
  'core.splitIndex=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.logAllRefUpdates=false',
  'advice.addEmbeddedRepo=false',
  // What is there in spite of a sparse checkout is seen only with this.
  'core.sparseCheckout=true',
];

/** The result of git in the private git dir, whatever its exit code. */
export function privateGit(
  store: CandidateStore,
  args: readonly string[],
  work: PrivateOptions = {},
): Promise<GitOutput> {
  const { input } = work;
  const { place, options } = privatePlace(store, work);
  return git(place, args, { ...options, ...(input === undefined ? {} : { input }) });
}

/** Where and how git runs in the private git dir. */
export function privatePlace(
  store: CandidateStore,
  { workTree, indexFile, config = [], env = {} }: PrivateOptions = {},
): { readonly place: GitPlace; readonly options: Pick<GitOptions, 'env' | 'config'> } {
  return {
    place: {
      cwd: workTree ?? store.dir,
      gitDir: store.dir,
      ...(workTree === undefined ? {} : { workTree }),
      ...(indexFile === undefined ? {} : { indexFile }),
    },
    options: {
      env: { ...NO_USER_CONFIG, GIT_ATTR_NOSYSTEM: '1', ...env },
      config: [...SETTINGS, ...store.config, `core.bare=${workTree === undefined}`, ...config],
    },
  };
}

/** Its standard output. @throws GitError when it fails */
export async function privateBytes(
  store: CandidateStore,
  args: readonly string[],
  work: PrivateOptions = {},
): Promise<Uint8Array> {
  const output = await privateGit(store, args, work);
  if (output.code !== 0) throw new GitError(args, output);
  return output.bytes;
}

/** Its standard output without white space around it. @throws GitError when it fails */
export async function privateText(
  store: CandidateStore,
  args: readonly string[],
  work: PrivateOptions = {},
): Promise<string> {
  return Buffer.from(await privateBytes(store, args, work))
    .toString()
    .trim();
}

/** Its NUL-separated records. @throws GitError when it fails */
export async function privateRecords(
  store: CandidateStore,
  args: readonly string[],
  work: PrivateOptions = {},
): Promise<string[]> {
  return splitRecords(await privateBytes(store, args, work));
}

let counter = 0;

/** A path of our own, not there yet, in the store's folder for temporary files. */
export const temporaryPath = (store: CandidateStore, what: string): string =>
  join(store.dir, 'tmp', `${process.pid}-${++counter}-${what}`);

/** Runs `use` with an index file (not there yet), and removes it. */
export async function withIndex<T>(store: CandidateStore, use: (indexFile: string) => Promise<T>): Promise<T> {
  const indexFile = temporaryPath(store, 'index');
  try {
    return await use(indexFile);
  } finally {
    await rm(indexFile, { force: true });
  }
}

/**
 * Makes the edits in an index, which is made where there is none. Checks nothing: git drops a bad path silently and
 * lets the last of two clashing ones win, so whoever takes paths from elsewhere checks.
 */
export async function editIndex(
  store: CandidateStore,
  indexFile: string,
  edits: readonly { readonly path: string; readonly entry: { readonly mode: string; readonly oid: string } | null }[],
): Promise<void> {
  if (edits.length === 0) return;
  // What goes must be gone before what comes: a folder may become a file, and a file a folder.
  const removals = edits.filter((edit) => edit.entry === null).map((edit) => `0 ${store.nothing}\t${edit.path}`);
  const additions = edits.flatMap(({ path, entry }) => (entry === null ? [] : `${entry.mode} ${entry.oid}\t${path}`));
  await privateBytes(store, ['update-index', '-z', '--index-info'], {
    indexFile,
    input: joinRecords([...removals, ...additions]),
  });
}
