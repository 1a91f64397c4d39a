// The paths in which two trees differ, as git's plumbing tells it: without renames, contents or line counts.
import { FOLDER } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privateRecords } from './private-git.ts';
import { remembered } from './remember.ts';
import type { Entry } from './trees.ts';

export interface TreeDifference {
  readonly path: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
}

/** @param paths pathspecs; none: everything */
export async function treeDiff(
  store: CandidateStore,
  from: string,
  to: string,
  paths: readonly string[] = [],
): Promise<readonly TreeDifference[]> {
  const all = await treeDiffWithFolders(store, from, to, paths);
  return all.filter(({ before, after }) => (after ?? before)?.mode !== FOLDER);
}

/** The same with the folders that differ, as entries of their own. */
export function treeDiffWithFolders(
  store: CandidateStore,
  from: string,
  to: string,
  paths: readonly string[] = [],
): Promise<readonly TreeDifference[]> {
  if (from === to) return Promise.resolve([]);
  return remembered(store, ['differences', from, to, ...paths].join(' '), () => ask(store, from, to, paths));
}

async function ask(
  store: CandidateStore,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<TreeDifference[]> {
  const how = ['-r', '-t', '-z', '--raw', '--no-renames', '--no-abbrev'];
  const records = await privateRecords(store, ['diff-tree', ...how, from, to, '--', ...paths]);
  const differences: TreeDifference[] = [];
  for (let i = 0; i + 1 < records.length; i += 2) {
    const { before, after } = parseRaw(records[i]!);
    differences.push({ path: records[i + 1]!, before, after });
  }
  return differences;
}

/** `:100644 100755 <oid> <oid> M`, with null for the side on which it is not there. */
export function parseRaw(record: string): { before: Entry | null; after: Entry | null; status: string } {
  const [oldMode = '', mode = '', oldOid = '', oid = '', status = ''] = record.slice(1).split(' ');
  const entry = (m: string, o: string): Entry | null => (m === '000000' ? null : { mode: m, oid: o });
  return { before: entry(oldMode, oldOid), after: entry(mode, oid), status };
}
