// Turns what git, the disk or the system refuses into a Failure; anything else thrown is a fault of ours and passes.
import { FailureError, fail, type Result } from '../core/failure.ts';
import { repositoryMessages } from '../core/messages/repository-messages.ts';
import { fileFailure } from '../system/file-failure.ts';
import { GitError } from '../system/git.ts';

/** @param doing what is being done, to follow "Git could not …" */
export async function catchingGitErrors<T>(doing: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GitError)
      return fail(repositoryMessages['git-failed']({ doing, why: error.stderr.trim() || error.message }));
    const told = fileFailure(
      error,
      (error as NodeJS.ErrnoException).path ?? 'a file of this repository',
      'read or written',
    );
    if (told instanceof FailureError) return fail(told.failure);
    throw error;
  }
}
