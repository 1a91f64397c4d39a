// Files of the store, written into folders of ours: by ourselves what is small, by git what would fill the memory.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EXECUTABLE, LINK } from '../core/file-mode.ts';
import { codeOf } from '../system/file-failure.ts';
import type { CandidateStore } from './candidate-store.ts';
import { blobSizes, readBlobs } from './objects.ts';
import { joinRecords, systemPath } from './path-bytes.ts';
import { editIndex, privateBytes, withIndex } from './private-git.ts';

interface BlobFile {
  readonly path: string;
  readonly mode: string;
  readonly oid: string;
}

/** Bytes of one blob that is taken into memory, and of all that are at a time. */
const LARGEST = 2 ** 22;
const AT_ONCE = 2 ** 24;

/** Writes blobs as files named by their place in the list, links as files that hold their target. */
export async function writeBlobs(store: CandidateStore, oids: readonly string[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = oids.map((oid, n) => ({ path: String(n), mode: '100644', oid }));
  const left = await writeSmall(store, folder, files);
  if (left.length === 0) return;
  await withIndex(store, async (indexFile) => {
    const entries = left.map(({ path, mode, oid }) => ({ path, entry: { mode, oid } }));
    await editIndex(store, indexFile, entries);
    await privateBytes(store, ['checkout-index', '--all', '--force', '--quiet'], { workTree: folder, indexFile });
  });
}

/**
 * Writes blobs as files and links.
 * @param folder new and empty
 * @param files have safe paths
 * @returns those that were not written: too large, or something is in their way (a disk that ignores case)
 * @throws GitError when a blob is missing
 */
export async function writeSmall(
  store: CandidateStore,
  folder: string,
  files: readonly BlobFile[],
): Promise<readonly BlobFile[]> {
  const sizes = await blobSizes(
    store,
    files.map(({ oid }) => oid),
  );
  const left: BlobFile[] = [];
  // Links come last: nothing is ever written through one.
  const isLink = ({ mode }: BlobFile) => mode === LINK;
  const batches: BlobFile[][] = [[]];
  let bytes = 0;
  for (const file of [...files.filter((file) => !isLink(file)), ...files.filter(isLink)]) {
    const size = sizes.get(file.oid) ?? 0; // a missing one is told when it is read
    if (size > LARGEST) {
      left.push(file);
      continue;
    }
    if (bytes + size > AT_ONCE) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(file);
    bytes += size;
  }
  for (const batch of batches) {
    const contents = await readBlobs(
      store,
      batch.map(({ oid }) => oid),
    );
    for (const [n, file] of batch.entries()) if (!(await write(folder, file, contents[n]!))) left.push(file);
  }
  return left;
}

/** Whether it was written; what is in the way stays. */
async function write(folder: string, { path, mode }: BlobFile, content: Uint8Array): Promise<boolean> {
  const place = systemPath(join(folder, path));
  try {
    if (path.includes('/')) await mkdir(systemPath(join(folder, dirname(path))), { recursive: true });
    if (mode === LINK) await symlink(content as Buffer, place);
    else await writeFile(place, content, { flag: 'wx', mode: mode === EXECUTABLE ? 0o777 : 0o666 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/**
 * Writes files of a tree into a folder: what git writes is inside it, and never goes through a link. What is in the way
 * gives way.
 * @param paths files that the tree has
 * @throws GitError when something can't be written; others may have been then
 */
export async function writeFiles(
  store: CandidateStore,
  folder: string,
  tree: string,
  paths: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (paths.length === 0) return;
  await withIndex(store, (indexFile) =>
    privateBytes(store, ['restore', `--source=${tree}`, '--quiet', '--pathspec-from-file=-', '--pathspec-file-nul'], {
      ...{ workTree: folder, indexFile, input: joinRecords(paths) },
      env: { ...env, GIT_LITERAL_PATHSPECS: '1' },
    }),
  );
}
