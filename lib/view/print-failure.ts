// A failure to standard error, for commands that need no view beyond that.
import type { Failure } from '../core/failure.ts';
import { renderFailure } from './failure.ts';
import { loadPaint, wantsColour } from './paint.ts';

export async function printFailure(failure: Failure, noColour: boolean): Promise<void> {
  const { stderr } = process;
  const paint = await loadPaint(wantsColour(stderr, process.env, noColour));
  stderr.write(renderFailure(failure, stderr.isTTY ? stderr.columns || 80 : null, paint));
}
