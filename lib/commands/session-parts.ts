// The parts of a session that lie in different layers, put together: its candidates' store, its lock, and who takes
// which effect back.

import { removeWorkspace } from '../candidate/remove-workspace.ts';
import type { CandidateStore } from '../candidate/store.ts';
import { openStore } from '../candidate/store.ts';
import type { WorkspaceSpec } from '../candidate/workspace.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { lockTree } from '../repository/lock.ts';
import { repositoryUndo } from '../repository/undo.ts';
import type { UndoHandlers } from '../session/effects.ts';
import type { Session } from '../session/session.ts';
import { undoBreaches } from '../steps/guard.ts';
import type { Run } from '../steps/run.ts';

export const undoHandlers: UndoHandlers = {
  ...repositoryUndo,
  guard: undoBreaches,
  async workspace(undo) {
    const removal = await removeWorkspace({ ...undo, kind: undo.as } as unknown as WorkspaceSpec);
    const failures = [...removal.failures, ...(await removal.finish)];
    return failures[0] ? fail(failures[0]) : ok(removal.said);
  },
};

export const lockWorkingTree = (run: Run, session: string): Promise<Result<() => Promise<void>>> =>
  lockTree(run.repository, session);

export async function openCandidates(run: Run, session: Session): Promise<Result<CandidateStore>> {
  const { top, gitDir, commonDir, objectFormat, base, tree, settings } = run.repository;
  const known = { top, gitDir, commonDir, objectFormat, base, tree, settings };
  return ok(await openStore({ sessionDir: session.dir, repository: top, base, known }));
}
