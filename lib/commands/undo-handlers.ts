// Who takes which effect of a session back. Each works from its record and what is on the disk alone, and may be
// repeated and interrupted.
import { removeWorkspace } from '../candidate/remove-workspace.ts';
import type { WorkspaceSpec } from '../candidate/workspaces.ts';
import { fail, ok } from '../core/failure.ts';
import { type Apply, undoApply } from '../repository/apply-result.ts';
import { type MainTree, undoMainTree } from '../repository/main-tree.ts';
import { undoNewBranch, undoPushed } from '../repository/new-branch.ts';
import { undoPrivateRef } from '../repository/private-ref.ts';
import { type UserChanges, undoUserChanges } from '../repository/user-changes.ts';
import type { UndoHandlers } from '../session/effects.ts';
import { takeDown } from '../steps/made-host.ts';
import { undoViolations } from '../steps/undo-violations.ts';

/** Effect kind → its undo; returns what was put right and what was kept, as sentences. */
export const undoHandlers: UndoHandlers = {
  'user-changes': (undo) => undoUserChanges(undo as UserChanges),
  'main-tree': (undo) => undoMainTree(undo as MainTree),
  apply: (undo) => undoApply(undo as Apply),
  'private-ref': undoPrivateRef,
  'new-branch': undoNewBranch,
  pushed: undoPushed,
  guard: undoViolations,
  host: takeDown,
  async workspace(undo) {
    const removal = await removeWorkspace({ ...undo, kind: undo.as } as unknown as WorkspaceSpec);
    const failures = [...removal.failures, ...(await removal.finish)];
    return failures[0] ? fail(failures[0]) : ok(removal.said);
  },
};
