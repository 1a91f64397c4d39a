// A partial clone (`git clone --filter`) holds folders of whose files it never fetched the contents, and none is
// fetched here: the private git dir knows no remote. Where two trees are compared, a line that says so stands in for
// such a file.
import { basename, join } from 'node:path';
import { SUBMODULE } from '../core/file-mode.ts';
import { namesIn } from '../system/files.ts';
import { missingBlobs, writeBlob } from './blobs.ts';
import type { CandidateStore } from './candidate-store.ts';
import { remembered } from './remember.ts';
import { type TreeDifference, treeDiff } from './tree-diff.ts';
import { editTree } from './tree-edit.ts';
import type { Entry } from './trees.ts';

/** Two trees of which every file that differs can be read. */
export interface Comparable {
  readonly from: string;
  readonly to: string;
  /** The differences for which lines stand in, by path. */
  readonly absent: ReadonlyMap<string, TreeDifference>;
}

/** The same two trees, with a line for each content that differs and is not here. */
export async function comparable(store: CandidateStore, from: string, to: string): Promise<Comparable> {
  if (!(await isPartial(store))) return { from, to, absent: new Map() };
  return remembered(store, `comparable ${from} ${to}`, async () => {
    const differences = await treeDiff(store, from, to);
    const missing = await missingBlobs(
      store,
      differences
        .flatMap(({ before, after }) => [before, after])
        .flatMap((entry) => (isFile(entry) ? [entry.oid] : [])),
    );
    const absent = differences.filter(({ before, after }) =>
      [before, after].some((entry) => entry && missing.has(entry.oid)),
    );
    if (absent.length === 0) return { from, to, absent: new Map() };
    const standIns = new Map<string, string>();
    for (const oid of missing)
      standIns.set(
        oid,
        await writeBlob(store, Buffer.from(`The content of ${oid} was never fetched into this clone.\n`)),
      );
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

const isFile = (entry: Entry | null): entry is Entry => entry !== null && entry.mode !== SUBMODULE;
