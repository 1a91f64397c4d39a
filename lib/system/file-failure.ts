// Turns what the system says about a file into a message for people, with the file's path. Faults of ours stay
// exceptions.
import { FailureError } from '../core/failure.ts';
import { systemMessages } from '../core/messages/system-messages.ts';

/**
 * The error to throw for a system call that failed on `path`.
 * @param doing what was tried, as a participle: `written`, `read`, `removed`
 * @returns a FailureError for a system error; anything else as it came
 */
export function fileFailure(error: unknown, path: string, doing: string): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new FailureError(systemMessages['disk-full']({ path }));
    case 'EMFILE':
    case 'ENFILE':
      return new FailureError(systemMessages['too-many-files']({ path }));
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new FailureError(systemMessages['no-permission']({ path, doing }));
    default:
      return new FailureError(systemMessages['file-trouble']({ path, doing, why: `${(error as Error).message}` }));
  }
}

/** Whether an error says that there is nothing of that name. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

/** The system's name for an error (`ENOENT`), or null when it is not one of the system's. */
export function codeOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}
