// How two trees differ, as one list of changes with renames and line counts.
import type { Change, ChangeKind } from '../core/candidate.ts';
import type { CandidateStore } from './candidate-store.ts';
import { type Differing, difference } from './difference.ts';
import { remembered } from './remember.ts';

/**
 * Every path that differs, in git's order. A renamed file is an `added` one that knows where it comes from, and a
 * `deleted` one; its lines are counted once, at the new place.
 */
export function changes(store: CandidateStore, from: string, to: string): Promise<readonly Change[]> {
  if (from === to) return Promise.resolve([]);
  return remembered(store, `changes ${from} ${to}`, () => list(store, from, to));
}

async function list(store: CandidateStore, from: string, to: string): Promise<Change[]> {
  const { differing, absent } = await difference(store, from, to);
  return differing.flatMap((each): Change[] => {
    const { path, renamedFrom } = each;
    const unread = absent.get(path);
    if (renamedFrom !== null)
      return [
        { ...change(each), path: renamedFrom, kind: 'deleted', after: null, renamedFrom: null, ...NO_LINES },
        { ...change(each), kind: 'added', before: null },
      ];
    if (unread) return [{ ...change({ ...each, ...unread }), binary: false, ...NO_LINES, uncounted: true }];
    return [change(each)];
  });
}

const NO_LINES = { addedLines: 0, deletedLines: 0 };

function change({ path, renamedFrom, before, after, status, added, deleted }: Differing): Change {
  return {
    path,
    kind: kindOf(status),
    before,
    after,
    renamedFrom,
    binary: added === null,
    addedLines: added ?? 0,
    deletedLines: deleted ?? 0,
  };
}

function kindOf(status: string): ChangeKind {
  return status === 'A' ? 'added' : status === 'D' ? 'deleted' : status === 'T' ? 'type-changed' : 'modified';
}
