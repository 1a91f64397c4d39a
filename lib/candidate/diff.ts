// Diffs as text: a whole candidate's straight into a file, and single files' for people and prompts, cut where they are
// long. Nothing large passes through our memory.
import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CandidateStore } from './candidate-store.ts';
import { copyPatch, type Difference, type Differing, difference } from './difference.ts';

/**
 * Writes the difference as a patch that `git apply` takes, binary files and renames too; but for files whose content
 * was never fetched into this clone: a line that says so stands in for it.
 */
export async function writeDiff(store: CandidateStore, base: string, tree: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  if (base === tree) await writeFile(file, '');
  else await copyPatch((await difference(store, base, tree)).patch, file);
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
 * Files' differences, in git's order; binary files are only named. A renamed file has one, under its new path, or under
 * the old one where only that is asked for.
 * @param maxBytes how much of each is kept
 * @param wanted absent: all of them
 */
export async function fileDiffs(
  store: CandidateStore,
  base: string,
  tree: string,
  maxBytes: number,
  wanted?: ReadonlySet<string>,
): Promise<FileDiff[]> {
  if (base === tree) return [];
  const { differing, patch } = await difference(store, base, tree);
  const named = (path: string | null): path is string => path !== null && (wanted?.has(path) ?? true);
  const isWanted = ({ path, renamedFrom }: Differing) => named(path) || named(renamedFrom);
  // a type change is two patches, out and in
  const order = differing.flatMap((each) => (each.status === 'T' ? [each, each] : [each]));
  const parts = await readParts(patch, maxBytes, order.map(isWanted));
  if (parts.length !== order.length) throw new Error(`${order.length} files differ, but the patch has ${parts.length}`);
  const texts = order.flatMap((each, i) =>
    isWanted(each)
      ? [
          {
            path: named(each.path) ? each.path : each.renamedFrom!,
            from: each.renamedFrom,
            ...forReaders(each, parts[i]!),
          },
        ]
      : [],
  );
  return joinTypeChanges(texts).map((part) => finish(part, maxBytes));
}

interface Part {
  readonly path: string;
  readonly from: string | null;
  readonly text: string;
  readonly bytes: number;
}

/** With short ids, and a word for what nobody can read. */
function forReaders({ path, before, after }: Differing, { text, bytes }: { text: string; bytes: number }) {
  const short = text.replace(/^index ([0-9a-f]{7})[0-9a-f]*\.\.([0-9a-f]{7})[0-9a-f]*/m, 'index $1..$2');
  const binary = short.indexOf('\nGIT binary patch\n');
  if (binary < 0 || short.slice(0, binary).includes('\n@@'))
    return { text: short, bytes: bytes - (text.length - short.length) };
  const [a, b] = [before ? `a/${path}` : '/dev/null', after ? `b/${path}` : '/dev/null'];
  const said = `${short.slice(0, binary)}\nBinary files ${a} and ${b} differ\n`;
  return { text: said, bytes: Buffer.byteLength(said) };
}

/**
 * Splits a patch at its `diff --git` lines: within one every line begins with another character.
 * @param wanted of which the text is kept
 */
async function readParts(
  { file, from: start }: Difference['patch'],
  maxBytes: number,
  wanted: readonly boolean[],
): Promise<{ text: string; bytes: number }[]> {
  const parts: { chunks: Buffer[]; kept: number; bytes: number }[] = [];
  const mark = Buffer.from('\ndiff --git ');
  const take = (piece: Buffer): void => {
    const part = parts.at(-1);
    if (part === undefined || !wanted[parts.length - 1]) return;
    part.bytes += piece.length;
    const rest = piece.subarray(0, Math.max(0, maxBytes - part.kept));
    // A copy: a slice would keep the whole chunk that it was read with alive.
    if (rest.length > 0) part.chunks.push(Buffer.from(rest));
    part.kept += rest.length;
  };
  let pending: Buffer = Buffer.from('\n');
  for await (const chunk of createReadStream(file, { start })) {
    const data = Buffer.concat([pending, chunk as Buffer]);
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
  return parts.map(({ chunks, bytes }) => ({ text: Buffer.concat(chunks).toString(), bytes }));
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
