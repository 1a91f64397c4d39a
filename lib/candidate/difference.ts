// What git says of how two trees differ: names, line counts and patch, all from one run of it, since the list of
// changes, the candidate's diff and what judges are shown are parts of the same. In a partial clone (`git clone
// --filter`) a line stands in for each content that was never fetched: none is fetched here, as the private git dir
// knows no remote.
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SUBMODULE } from '../core/file-mode.ts';
import { namesIn } from '../system/files.ts';
import type { CandidateStore } from './candidate-store.ts';
import { missingBlobs, writeBlob } from './objects.ts';
import { splitRecords } from './path-bytes.ts';
import { privateBytes } from './private-git.ts';
import { remembered } from './remember.ts';
import { parseRaw, type TreeDifference, treeDiff } from './tree-diff.ts';
import { editTree } from './tree-edit.ts';
import type { Entry } from './trees.ts';

/** A path that differs, as git tells it: of a rename the new one. */
export interface Differing {
  readonly path: string;
  readonly renamedFrom: string | null;
  readonly before: Entry | null;
  readonly after: Entry | null;
  /** `A`, `D`, `M`, `T` or `R085`. */
  readonly status: string;
  /** Both null: a binary file. */
  readonly added: number | null;
  readonly deleted: number | null;
}

export interface Difference {
  /** In the order of their patches. */
  readonly differing: readonly Differing[];
  /** As git tells what was never fetched. */
  readonly absent: Comparable['absent'];
  /** Holds the patch, from a byte on to the end. */
  readonly patch: { readonly file: string; readonly from: number };
}

/** The store's folder for patches. */
export const patchFolder = (sessionDir: string): string => join(sessionDir, 'git/patches');

/** How two trees differ, renames found. */
export function difference(store: CandidateStore, from: string, to: string): Promise<Difference> {
  return remembered(store, `difference ${from} ${to}`, () => ask(store, from, to));
}

async function ask(store: CandidateStore, from: string, to: string): Promise<Difference> {
  const { absent, ...trees } = await comparable(store, from, to);
  const folder = patchFolder(store.sessionDir);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${trees.from}-${trees.to}`);
  const how = ['--raw', '--numstat', '-p', '--binary', '--full-index', '--find-renames', `--output=${file}`];
  await privateBytes(store, ['diff-tree', '-r', '-z', ...how, trees.from, trees.to]);
  const { records, length } = await readHead(file);
  return { differing: parse(records), absent, patch: { file, from: length } };
}

/** The records in front of the patch, which an empty one ends, and how many bytes they take. */
async function readHead(file: string): Promise<{ readonly records: readonly string[]; readonly length: number }> {
  const pieces: Buffer[] = [];
  for await (const piece of createReadStream(file)) {
    pieces.push(piece as Buffer);
    const end = Buffer.concat(pieces).indexOf('\0\0');
    if (end >= 0) return { records: splitRecords(Buffer.concat(pieces).subarray(0, end + 1)), length: end + 2 };
  }
  return { records: [], length: 0 };
}

function parse(records: readonly string[]): Differing[] {
  const raw: Omit<Differing, 'added' | 'deleted'>[] = [];
  let at = 0;
  while (records[at]?.startsWith(':')) {
    const { before, after, status } = parseRaw(records[at]!);
    const [first = '', second = ''] = records.slice(at + 1, at + 3);
    const renamed = status.startsWith('R');
    raw.push({ before, after, status, path: renamed ? second : first, renamedFrom: renamed ? first : null });
    at += renamed ? 3 : 2;
  }
  const lines = readNumstat(records.slice(at));
  return raw.map((each) => ({ ...each, ...(lines.get(each.path) ?? { added: 0, deleted: 0 }) }));
}

/** `added TAB deleted TAB path`, or `added TAB deleted TAB`, old path, new path; `-` counts mean binary. */
function readNumstat(records: readonly string[]): Map<string, Pick<Differing, 'added' | 'deleted'>> {
  const lines = new Map<string, Pick<Differing, 'added' | 'deleted'>>();
  const count = (text: string) => (text === '-' ? null : Number(text));
  for (let i = 0; i < records.length; i++) {
    const record = records[i]!;
    const second = record.indexOf('\t', record.indexOf('\t') + 1);
    const [added = '', deleted = ''] = record.slice(0, second).split('\t');
    const single = record.slice(second + 1);
    const path = single === '' ? records[i + 2]! : single;
    if (single === '') i += 2;
    lines.set(path, { added: count(added), deleted: count(deleted) });
  }
  return lines;
}

/** Writes a patch into a file. */
export async function copyPatch({ file, from }: Difference['patch'], to: string): Promise<void> {
  const out = await open(to, 'w');
  try {
    for await (const piece of createReadStream(file, { start: from })) await out.writeFile(piece as Buffer);
  } finally {
    await out.close();
  }
}

/** Two trees of which every file that differs can be read. */
interface Comparable {
  readonly from: string;
  readonly to: string;
  /** The differences for which lines stand in, by path. */
  readonly absent: ReadonlyMap<string, TreeDifference>;
}

/** The same two trees, with a line for each content that differs and is not here. */
async function comparable(store: CandidateStore, from: string, to: string): Promise<Comparable> {
  if (!(await isPartial(store))) return { from, to, absent: new Map() };
  return remembered(store, `comparable ${from} ${to}`, async () => {
    const differences = await treeDiff(store, from, to);
    const entries = differences.flatMap(({ before, after }) => [before, after]);
    const missing = await missingBlobs(
      store,
      entries.flatMap((entry) => (entry === null || entry.mode === SUBMODULE ? [] : [entry.oid])),
    );
    const absent = differences.filter(({ before, after }) =>
      [before, after].some((entry) => entry && missing.has(entry.oid)),
    );
    if (absent.length === 0) return { from, to, absent: new Map() };
    const standIns = new Map<string, string>();
    for (const oid of missing) {
      const line = `The content of ${oid} was never fetched into this clone.\n`;
      standIns.set(oid, await writeBlob(store, Buffer.from(line)));
    }
    const replaced = (side: 'before' | 'after') =>
      absent.flatMap(({ path, [side]: entry }) => {
        const oid = entry && standIns.get(entry.oid);
        return entry && oid ? [{ path, entry: { ...entry, oid } }] : [];
      });
    return {
      from: await editTree(store, from, replaced('before')),
      to: await editTree(store, to, replaced('after')),
      absent: new Map(absent.map((difference) => [difference.path, difference])),
    };
  });
}

/** Git marks the packs that it got from whoever promised the rest; another clone may have lent them. */
const isPartial = (store: CandidateStore): Promise<boolean> =>
  remembered(store, 'partial', async () =>
    (await namesIn(join(store.commonDir, 'objects/pack'))).some((name) => basename(name).endsWith('.promisor')),
  );
