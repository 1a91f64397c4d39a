// What a Result must be, for tests that rely on it.
import type { Failure, Result } from '../../lib/core/failure.ts';

/** What a Result holds; throws with the message when it is a Failure. */
export function value<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure, null, 1));
  return result.value;
}

/** The Failure of a Result that must be one. */
export function failureOf<T>(result: Result<T>): Failure {
  if (result.ok) throw new Error(`succeeded with ${JSON.stringify(result.value)}`);
  return result.failure;
}
