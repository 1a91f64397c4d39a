// Writes a session's report.html piece by piece, and puts it in its place when it is whole.
import { open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CandidateStore } from '../candidate/store.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { reportMessages } from '../core/messages/report-messages.ts';
import { onInterrupt } from '../system/signals.ts';
import { size } from '../view/session-rows.ts';

export interface Written {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Makes or replaces the report of a session. Its parts are loaded only now: they are large, and most starts do without.
 * @param dir the session's folder
 * @param options.signal aborted: nothing is left behind, and the failure says so
 * @param options.store the session's store, where it is open; absent: it is opened
 */
export async function writeReport(
  dir: string,
  { signal, store }: { readonly signal?: AbortSignal; readonly store?: CandidateStore | undefined } = {},
): Promise<Result<Written, Failure>> {
  const file = join(dir, 'report.html');
  const beside = `${file}.${process.pid}.tmp`;
  try {
    const { reportSource } = await import('./report-source.ts');
    const { reportDocument } = await import('../view/report/document.ts');
    const handle = await open(beside, 'w', 0o600);
    let bytes = 0;
    try {
      for await (const piece of reportDocument(await reportSource(dir, store))) {
        signal?.throwIfAborted();
        const data = Buffer.from(piece);
        await handle.writeFile(data);
        bytes += data.length;
      }
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    return ok({ file, bytes });
  } catch (error) {
    await rm(beside, { force: true });
    // whatever it was, the run that it is about ended as it ended
    const why = signal?.aborted ? 'it was interrupted' : error instanceof Error ? error.message : String(error);
    return fail(reportMessages.reportNotWritten({ file, why, session: basename(dir) }));
  }
}

export interface LeaveOptions {
  /** How the run ended: also how the program ends when the user doesn't want to wait. */
  readonly exit: number;
  /** Nothing is said of a report that was written. */
  readonly quiet: boolean;
  /** The session's store, where it is open still. */
  readonly store: CandidateStore | undefined;
}

/**
 * Writes the report of a run that has just ended. The user has the result already: whatever happens here changes
 * nothing about how the run ended.
 * @param dir the session's folder
 */
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
