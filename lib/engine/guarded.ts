// What a run does beside its steps, and what may go wrong there: a fault of ours, or what the machine refuses.
import { type Failure, FailureError, fail, ok, type Result } from '../core/failure.ts';
import { engineMessages } from '../core/messages/engine-messages.ts';
import { fileFailure } from '../system/file-failure.ts';

/** Runs what may fail; an exception is a fault of ours and becomes a failure that says so. Null: all is well. */
// biome-ignore lint/suspicious/noConfusingVoidType: what ends without a word has done well
export async function guarded(work: () => Promise<Result<undefined> | void>): Promise<Failure | null> {
  try {
    const done = await refusable(async () => (await work()) ?? ok(undefined));
    return done.ok ? null : done.failure;
  } catch (error) {
    return engineMessages.fault({ error });
  }
}

/** What the machine refuses is no fault of ours, wherever it was met. */
export async function refusable<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    const path = error instanceof Error ? (error as NodeJS.ErrnoException).path : undefined;
    const told = fileFailure(error, path ?? 'a file of the session', 'written');
    if (told instanceof FailureError) return fail(told.failure);
    throw error;
  }
}
