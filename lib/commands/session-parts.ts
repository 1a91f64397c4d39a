// The parts of a session that lie in different layers, put together: its store, its lock, and who undoes which effect.

import { removeWorkspace } from '../candidate/remove-workspace.ts';
import { type CandidateStore, openStore } from '../candidate/store.ts';
import type { WorkspaceSpec } from '../candidate/workspaces.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages } from '../core/messages/repository-messages.ts';
import { lockTree } from '../repository/lock.ts';
import { makeFolderGit, takeFolder } from '../repository/plain-folder.ts';
import { repositoryUndo } from '../repository/undo-effects.ts';
import type { UndoHandlers } from '../session/effects.ts';
import type { Session } from '../session/session.ts';
import { takeDown } from '../steps/made-host.ts';
import type { Run } from '../steps/run-context.ts';
import { undoViolations } from '../steps/undo-violations.ts';

export const undoHandlers: UndoHandlers = {
  ...repositoryUndo,
  guard: undoViolations,
  host: takeDown,
  async workspace(undo) {
    const removal = await removeWorkspace({ ...undo, kind: undo.as } as unknown as WorkspaceSpec);
    const failures = [...removal.failures, ...(await removal.finish)];
    return failures[0] ? fail(failures[0]) : ok(removal.said);
  },
};

/** A plain folder is taken as it is now that nobody else works on it. */
export async function lockWorkingTree(run: Run, session: string): Promise<Result<() => Promise<void>>> {
  const { repository } = run;
  if (!repository.plain) return lockTree(repository, session);
  await makeFolderGit(repository);
  const locked = await lockTree(repository, session);
  if (!locked.ok) return locked;
  const taken = await takeFolder(repository);
  const begun = run.record.ref;
  const hasChanged = taken.ok && begun !== '' && begun !== taken.value.base;
  if (taken.ok && !hasChanged) {
    run.repository = taken.value;
    return locked;
  }
  await locked.value();
  return taken.ok ? fail(repositoryMessages['folder-changed']({ session, dir: repository.top })) : taken;
}

export async function openCandidates(run: Run, session: Session): Promise<Result<CandidateStore>> {
  const { top, gitDir, commonDir, objectFormat, base, tree, settings } = run.repository;
  const known = { top, gitDir, commonDir, objectFormat, base, tree, settings };
  return ok(await openStore({ sessionDir: session.dir, repository: top, base, known }));
}
