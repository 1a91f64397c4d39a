// Who takes which effect on the user's repository back. Each works from its record and what is on the disk alone, and
// may be repeated and interrupted.
import type { TakenBack, Undo } from '../core/events.ts';
import type { Result } from '../core/failure.ts';
import { type Apply, undoApply } from './apply-result.ts';
import { type MainTree, undoMainTree } from './main-tree.ts';
import { undoNewBranch, undoPushed } from './new-branch.ts';
import { undoPrivateRef } from './private-ref.ts';
import { type UserChanges, undoUserChanges } from './user-changes.ts';

/** Effect kind → its undo; returns what was put right and what was kept, as sentences. */
export const repositoryUndo: Readonly<Record<string, (undo: Undo) => Promise<Result<readonly string[] | TakenBack>>>> =
  {
    'user-changes': (undo) => undoUserChanges(undo as UserChanges),
    'main-tree': (undo) => undoMainTree(undo as MainTree),
    apply: (undo) => undoApply(undo as Apply),
    'private-ref': undoPrivateRef,
    'new-branch': undoNewBranch,
    pushed: undoPushed,
  };
