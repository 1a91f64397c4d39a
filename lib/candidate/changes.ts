// How two trees differ, as one list of changes with renames and line counts.
import type { Change, ChangeKind } from '../core/candidate.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privateRecords } from './private-git.ts';
import { remembered } from './remember.ts';
import { comparable } from './stand-ins.ts';
import { parseRaw } from './tree-diff.ts';
import type { Entry } from './trees.ts';

interface Lines {
  readonly binary: boolean;
  readonly added: number;
  readonly deleted: number;
}

const NO_LINES: Lines = { binary: false, added: 0, deleted: 0 };

/**
 * Every path that differs, in git's order. A renamed file is an `added` one that knows where it comes from, and a
 * `deleted` one; its lines are counted once, at the new place.
 */
export function changes(store: CandidateStore, from: string, to: string): Promise<readonly Change[]> {
  if (from === to) return Promise.resolve([]);
  return remembered(store, `changes ${from} ${to}`, () => list(store, from, to));
}

async function list(store: CandidateStore, from: string, to: string): Promise<Change[]> {
  const { absent, ...trees } = await comparable(store, from, to);
  const how = ['-r', '-z', '--raw', '--numstat', '--no-abbrev', '--find-renames'];
  const args = ['diff-tree', ...how, trees.from, trees.to];
  const records = await privateRecords(store, args);
  const raw: { before: Entry | null; after: Entry | null; status: string; paths: string[] }[] = [];
  let at = 0;
  while (records[at]?.startsWith(':')) {
    const parsed = parseRaw(records[at]!);
    const count = parsed.status.startsWith('R') ? 2 : 1;
    raw.push({ ...parsed, paths: records.slice(at + 1, at + 1 + count) });
    at += 1 + count;
  }
  const lines = readNumstat(records.slice(at));
  const all: Change[] = [];
  for (const { before, after, status, paths } of raw) {
    const path = paths.at(-1)!;
    const counted = lines.get(path) ?? NO_LINES;
    const unread = absent.get(path);
    if (!status.startsWith('R')) {
      if (unread)
        all.push({ ...change(path, kindOf(status), unread.before, unread.after, null, NO_LINES), uncounted: true });
      else all.push(change(path, kindOf(status), before, after, null, counted));
      continue;
    }
    all.push(change(paths[0]!, 'deleted', before, null, null, { ...NO_LINES, binary: counted.binary }));
    all.push(change(path, 'added', null, after, paths[0]!, counted));
  }
  return all;
}

function kindOf(status: string): ChangeKind {
  return status === 'A' ? 'added' : status === 'D' ? 'deleted' : status === 'T' ? 'type-changed' : 'modified';
}

function change(
  path: string,
  kind: ChangeKind,
  before: Entry | null,
  after: Entry | null,
  renamedFrom: string | null,
  lines: Lines,
): Change {
  return {
    path,
    kind,
    before,
    after,
    renamedFrom,
    binary: lines.binary,
    addedLines: lines.added,
    deletedLines: lines.deleted,
  };
}

/** `added TAB deleted TAB path`, or `added TAB deleted TAB`, old path, new path; `-` counts mean binary. */
function readNumstat(records: readonly string[]): Map<string, Lines> {
  const lines = new Map<string, Lines>();
  for (let i = 0; i < records.length; i++) {
    const record = records[i]!;
    const second = record.indexOf('\t', record.indexOf('\t') + 1);
    const [added = '', deleted = ''] = record.slice(0, second).split('\t');
    const single = record.slice(second + 1);
    const path = single === '' ? records[i + 2]! : single;
    if (single === '') i += 2;
    lines.set(path, { binary: added === '-', added: Number(added) || 0, deleted: Number(deleted) || 0 });
  }
  return lines;
}
