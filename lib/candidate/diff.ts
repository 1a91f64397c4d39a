// Diffs as text: a whole candidate's straight into a file, and single files' for people and prompts, cut where they are
// long. Nothing large passes through our memory.
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { literally } from '../system/git.ts';
import type { CandidateStore } from './candidate-store.ts';
import { splitRecords } from './path-bytes.ts';
import { privateBytes, temporaryPath } from './private-git.ts';
import { comparable } from './stand-ins.ts';
import { parseRaw } from './tree-diff.ts';

/**
 * Writes the difference as a patch that `git apply` takes, binary files and renames too; but for files whose content
 * was never fetched into this clone: a line that says so stands in for it.
 */
export async function writeDiff(store: CandidateStore, base: string, tree: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const how = ['-p', '--binary', '--full-index', '--find-renames', `--output=${file}`];
  const { from, to } = await comparable(store, base, tree);
  await privateBytes(store, ['diff-tree', '-r', ...how, from, to]);
}

/** One file's difference. `cut`: the text ends with a line that says how much is missing. */
export interface FileDiff {
  readonly path: string;
  /** The path it was renamed from. */
  readonly from: string | null;
  readonly text: string;
  readonly bytes: number;
  readonly cut: boolean;
}

/**
 * Every file's difference, in git's order; binary files are only named. A renamed file has one, under its new path.
 * @param maxBytes how much of each is kept
 */
export async function fileDiffs(
  store: CandidateStore,
  base: string,
  tree: string,
  maxBytes: number,
  paths: readonly string[] = [],
): Promise<FileDiff[]> {
  if (base === tree) return [];
  const file = temporaryPath(store, 'diff');
  const trees = await comparable(store, base, tree);
  const what = ['--find-renames', trees.from, trees.to, '--', ...paths.map(literally)];
  try {
    await privateBytes(store, ['diff-tree', '-r', '-z', '--raw', '-p', `--output=${file}`, ...what]);
    const { records, parts } = await readParts(file, maxBytes);
    const names = namesInOrder(records);
    if (parts.length !== names.length)
      throw new Error(`${names.length} files differ, but the patch has ${parts.length}`);
    return joinTypeChanges(names.map((name, i) => ({ ...name, ...(parts[i] ?? { text: '', bytes: 0 }) }))).map((part) =>
      finish(part, maxBytes),
    );
  } finally {
    await rm(file, { force: true });
  }
}

/** One file's difference; the path it was renamed from may be given too. Empty text when it does not differ. */
export async function fileDiff(
  store: CandidateStore,
  base: string,
  tree: string,
  path: string,
  maxBytes: number,
  from: string | null = null,
): Promise<FileDiff> {
  const found = await fileDiffs(store, base, tree, maxBytes, from === null ? [path] : [path, from]);
  return found.find((diff) => diff.path === path) ?? { path, from, text: '', bytes: 0, cut: false };
}

interface Part {
  readonly path: string;
  readonly from: string | null;
  readonly text: string;
  readonly bytes: number;
}

/** The paths in the order in which their patches come; a type change is two patches, out and in. */
function namesInOrder(records: readonly string[]): { path: string; from: string | null }[] {
  const names: { path: string; from: string | null }[] = [];
  for (let i = 0; i < records.length; ) {
    const { status } = parseRaw(records[i]!);
    const renamed = status.startsWith('R');
    const name = renamed ? { path: records[i + 2]!, from: records[i + 1]! } : { path: records[i + 1]!, from: null };
    names.push(name);
    if (status === 'T') names.push(name);
    i += renamed ? 3 : 2;
  }
  return names;
}

/**
 * Reads what differs, in git's records, and splits the patch behind them at its `diff --git` lines: within a patch every
 * line begins with another character.
 */
async function readParts(
  file: string,
  maxBytes: number,
): Promise<{ records: readonly string[]; parts: { text: string; bytes: number }[] }> {
  const parts: { chunks: Buffer[]; kept: number; bytes: number }[] = [];
  const mark = Buffer.from('\ndiff --git ');
  const take = (piece: Buffer): void => {
    const part = parts.at(-1);
    if (part === undefined) return;
    part.bytes += piece.length;
    const rest = piece.subarray(0, Math.max(0, maxBytes - part.kept));
    // A copy: a slice would keep the whole chunk that it was read with alive.
    if (rest.length > 0) part.chunks.push(Buffer.from(rest));
    part.kept += rest.length;
  };
  let records: readonly string[] | null = null;
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file)) {
    let data = Buffer.concat([pending, chunk as Buffer]);
    if (records === null) {
      const end = data.indexOf('\0\0'); // an empty record ends them
      if (end < 0) {
        pending = data;
        continue;
      }
      records = splitRecords(data.subarray(0, end + 1));
      data = Buffer.concat([Buffer.from('\n'), data.subarray(end + 2)]);
    }
    let from = 0;
    for (let at = data.indexOf(mark); at >= 0; at = data.indexOf(mark, from)) {
      take(data.subarray(from, at + 1));
      parts.push({ chunks: [], kept: 0, bytes: 0 });
      from = at + 1;
    }
    // The beginning of the next mark may be at the end.
    const safe = Math.max(from, data.length - mark.length + 1);
    take(data.subarray(from, safe));
    pending = data.subarray(safe);
  }
  take(pending);
  return {
    records: records ?? [],
    parts: parts.map(({ chunks, bytes }) => ({ text: Buffer.concat(chunks).toString(), bytes })),
  };
}

function joinTypeChanges(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && last.path === part.path) {
      joined[joined.length - 1] = { ...part, text: last.text + part.text, bytes: last.bytes + part.bytes };
    } else joined.push(part);
  }
  return joined;
}

function finish({ path, from, text, bytes }: Part, maxBytes: number): FileDiff {
  if (bytes <= maxBytes) return { path, from, text, bytes, cut: false };
  const whole = text.slice(0, text.lastIndexOf('\n', maxBytes) + 1);
  const shown = Buffer.byteLength(whole);
  return {
    path,
    from,
    text: `${whole}[… cut here: ${shown} of ${bytes} bytes of this file's diff are shown …]\n`,
    bytes,
    cut: true,
  };
}
