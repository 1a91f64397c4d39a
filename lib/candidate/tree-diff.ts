// How two trees differ: without renames, contents or line counts.
import { FOLDER, SUBMODULE } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { encodePath } from './path-bytes.ts';
import { remembered } from './remember.ts';
import { type Entry, type Folder, readTrees, sortKey } from './trees.ts';

export interface TreeDifference {
  readonly path: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
}

/** Whether it is, or was, the commit of a submodule. */
export const isSubmodule = ({ before, after }: TreeDifference): boolean =>
  before?.mode === SUBMODULE || after?.mode === SUBMODULE;

/** The files that differ, in git's order. @param from trees or commits */
export async function treeDiff(store: CandidateStore, from: string, to: string): Promise<readonly TreeDifference[]> {
  const all = await treeDiffWithFolders(store, from, to);
  return all.filter(({ before, after }) => (after ?? before)?.mode !== FOLDER);
}

/** The same with the folders that differ, as entries of their own. */
export function treeDiffWithFolders(
  store: CandidateStore,
  from: string,
  to: string,
): Promise<readonly TreeDifference[]> {
  if (from === to) return Promise.resolve([]);
  return remembered(store, `differences ${from} ${to}`, async () => [...flat(await compare(store, from, to))]);
}

/** A difference; of a folder with those in it. */
interface Node extends TreeDifference {
  readonly below: Node[];
}

function* flat(nodes: readonly Node[]): Iterable<TreeDifference> {
  for (const { path, before, after, below } of nodes) {
    yield { path, before, after };
    yield* flat(below);
  }
}

/** Only folders that differ are read, level by level: each level is one question. */
async function compare(store: CandidateStore, from: string, to: string): Promise<readonly Node[]> {
  const top: Node[] = [];
  let level: readonly Pair[] = [{ above: '', before: `${from}^{tree}`, after: `${to}^{tree}`, into: top }];
  while (level.length > 0) {
    const oids = [...new Set(level.flatMap(({ before, after }) => [before, after]).filter((oid) => oid !== null))];
    const folders = await readTrees(store, oids);
    const byId = new Map(oids.map((oid, i) => [oid, folders[i]!]));
    const read = (oid: string | null): Folder => (oid === null ? new Map() : byId.get(oid)!);
    level = level.flatMap(({ above, before, after, into }) => {
      into.push(...differing(above, read(before), read(after)));
      return into
        .filter((node) => (node.after ?? node.before)!.mode === FOLDER)
        .map((node) => ({
          above: `${node.path}/`,
          before: node.before?.oid ?? null,
          after: node.after?.oid ?? null,
          into: node.below,
        }));
    });
  }
  return top;
}

/** A folder as it was and as it is, by their ids, and where what differs in it goes. */
interface Pair {
  readonly above: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly into: Node[];
}

/** A file and a folder of the same name are two things, as git has it: one goes, the other comes. */
function differing(above: string, before: Folder, after: Folder): Node[] {
  const found: { readonly key: Uint8Array; readonly node: Node }[] = [];
  const add = (name: string, was: Entry | null, is: Entry | null) => {
    const key = sortKey({ name: encodePath(name), mode: (is ?? was)!.mode });
    found.push({ key, node: { path: above + name, before: was, after: is, below: [] } });
  };
  for (const [name, was] of before) {
    const is = after.get(name);
    if (is && (is.mode === FOLDER) === (was.mode === FOLDER)) {
      if (is.oid !== was.oid || is.mode !== was.mode) add(name, was, is);
    } else add(name, was, null);
  }
  for (const [name, is] of after) {
    const was = before.get(name);
    if (!was || (was.mode === FOLDER) !== (is.mode === FOLDER)) add(name, null, is);
  }
  return found.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ node }) => node);
}

/** `:100644 100755 <oid> <oid> M`, with null for the side on which it is not there. */
export function parseRaw(record: string): { before: Entry | null; after: Entry | null; status: string } {
  const [oldMode = '', mode = '', oldOid = '', oid = '', status = ''] = record.slice(1).split(' ');
  const entry = (m: string, o: string): Entry | null => (m === '000000' ? null : { mode: m, oid: o });
  return { before: entry(oldMode, oldOid), after: entry(mode, oid), status };
}
