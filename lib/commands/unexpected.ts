// What nobody has caught: the machine refused something, or we made a mistake.
import { type Failure, FailureError, fail, type Result } from '../core/failure.ts';
import { engineMessages } from '../core/messages/engine-messages.ts';
import { fileFailure } from '../system/file-failure.ts';

export function unexpected(error: unknown): Result<never, Failure> {
  const path = error instanceof Error ? (error as NodeJS.ErrnoException).path : undefined;
  const told = fileFailure(error, path ?? 'a file', 'read or written');
  return fail(told instanceof FailureError ? told.failure : engineMessages.commandFault({ error }));
}
