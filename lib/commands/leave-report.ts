// Writes the report of a run that has just ended. The user has the result already: whatever happens here changes
// nothing about how the run ended.
import type { CandidateStore } from '../candidate/store.ts';
import { onInterrupt } from '../system/signals.ts';
import { size } from '../view/session-rows.ts';
import { writeReport } from './write-report.ts';

export interface LeaveOptions {
  /** How the run ended: also how the program ends when the user doesn't want to wait. */
  readonly exit: number;
  /** Nothing is said of a report that was written. */
  readonly quiet: boolean;
  /** The session's store, where it is open still. */
  readonly store: CandidateStore | undefined;
}

/** @param dir the session's folder */
export async function leaveReport(
  view: { say(text: string): void },
  dir: string,
  { exit, quiet, store }: LeaveOptions,
): Promise<void> {
  const stop = new AbortController();
  const release = onInterrupt(
    () => stop.abort(),
    () => process.exit(exit),
  );
  try {
    const written = await writeReport(dir, { signal: stop.signal, store });
    if (written.ok && !quiet) view.say(`Report: ${written.value.file} (${size(written.value.bytes)})`);
    if (!written.ok) view.say([written.failure.what, ...written.failure.remedy].join('\n  '));
  } finally {
    release();
  }
}
