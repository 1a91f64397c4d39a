// The parts of a session that lie in different layers, put together: its candidates' store, its lock, and who takes
// which effect back.

import { removeWorkspace } from '../candidate/remove-workspace.ts';
import type { CandidateStore } from '../candidate/store.ts';
import { openStore } from '../candidate/store.ts';
import type { WorkspaceSpec } from '../candidate/workspace.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryUndo } from '../repository/undo.ts';
import type { UndoHandlers } from '../session/effects.ts';
import type { Session } from '../session/session.ts';
import type { Run } from '../steps/run.ts';

export const undoHandlers: UndoHandlers = {
  ...repositoryUndo,
  async workspace(undo) {
    const removal = await removeWorkspace({ ...undo, kind: undo.as } as unknown as WorkspaceSpec);
    const failures = [...removal.failures, ...(await removal.finish)];
    return failures[0] ? fail(failures[0]) : ok(removal.said);
  },
};

export async function lockWorkingTree(_run: Run, _id: string): Promise<Result<() => Promise<void>>> {
  return ok(async () => {});
}

export async function openCandidates(run: Run, session: Session): Promise<Result<CandidateStore>> {
  return ok(await openStore({ sessionDir: session.dir, repository: run.repository.top, base: run.repository.base }));
}
