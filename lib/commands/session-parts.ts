// The parts of a session that lie in different layers, put together: its store and its lock.
import { type CandidateStore, openStore } from '../candidate/store.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages } from '../core/messages/repository-messages.ts';
import { lockTree } from '../repository/lock.ts';
import { makeFolderGit, takeFolder } from '../repository/plain-folder.ts';
import type { Session } from '../session/session.ts';
import type { Run } from '../steps/run-context.ts';

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
