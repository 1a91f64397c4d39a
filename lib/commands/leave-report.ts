// Writes the report of a run that has just ended. The user has the result already: whatever happens here changes
// nothing about how the run ended.
import { onInterrupt } from '../system/signals.ts';
import { size } from '../view/session-rows.ts';
import { writeReport } from './write-report.ts';

/**
 * @param dir the session's folder
 * @param exit how the run ended: also how the program ends when the user doesn't want to wait
 * @param quiet nothing is said of a report that was written
 */
export async function leaveReport(
  view: { say(text: string): void },
  dir: string,
  exit: number,
  quiet: boolean,
): Promise<void> {
  const stop = new AbortController();
  const release = onInterrupt(
    () => stop.abort(),
    () => process.exit(exit),
  );
  try {
    const written = await writeReport(dir, stop.signal);
    if (written.ok && !quiet) view.say(`Report: ${written.value.file} (${size(written.value.bytes)})`);
    if (!written.ok) view.say([written.failure.what, ...written.failure.remedy].join('\n  '));
  } finally {
    release();
  }
}
