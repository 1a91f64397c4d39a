// Starts this program once more, as a process of its own that goes on when the server and its client are gone, and
// hears what becomes of it while they are there.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExitCode, type Failure, fail, ok, type Result } from '../../core/failure.ts';
import { mcpMessages } from '../../core/messages/mcp-messages.ts';
import type { SessionRecord } from '../../core/session-record.ts';
import { repositoryFolders, type SessionFolder, sessionFolders } from '../../session/find.ts';
import { eventsIn } from '../../session/open-sessions.ts';
import { type Collected, type Outliving, outlive } from '../../system/own-command.ts';
import { waitFor } from '../../system/wait-for.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** How this program is started. */
const program = (): readonly string[] =>
  'Deno' in globalThis
    ? [process.execPath, 'run', '-A', join(ROOT, 'mm.ts')]
    : [process.execPath, join(ROOT, 'lib/launch.mjs')];

/** @param input what it reads */
export const startOwn = (words: readonly string[], cwd: string, input = ''): Promise<Outliving> =>
  outlive([...program(), ...words], { cwd, env: process.env, input });

/** So often it is looked for what no event tells: a session of another process. */
const LOOK_MS = 100;

/** How a process ended, or null where it has not after so long, or nobody waits any more. */
export async function endedWithin({ ended }: Outliving, ms: number, signal: AbortSignal): Promise<Collected | null> {
  const over = new AbortController();
  const until = waitFor(ms, AbortSignal.any([signal, over.signal])).then(() => null);
  const end = await Promise.race([ended, until]);
  over.abort();
  return end;
}

/** The session that a process has begun, as soon as it has; null: it has ended, or nobody wants to wait any longer. */
export async function sessionOf(child: Outliving, root: string, ms: number, signal: AbortSignal) {
  for (const late = Date.now() + ms; Date.now() < late && !signal.aborted; ) {
    const begun = repositoryFolders(root)
      .flatMap(sessionFolders)
      .find((folder) => isOf(folder, child.pid));
    if (begun) return begun;
    if (await endedWithin(child, LOOK_MS, signal)) return null;
  }
  return null;
}

/** Ids carry the process's number, but a number is used again in the course of time. */
const isOf = ({ id, dir }: SessionFolder, pid: number): boolean =>
  id.split('-').includes(String(pid)) &&
  eventsIn(dir).some((event) => event.type === 'session_start' && event.pid === pid);

/** What a run has printed: its record where it had a session, and why it could not begin otherwise. */
export function recordIn({ exitCode, stdout, stderr }: Collected): Result<SessionRecord> {
  const text = Buffer.from(stdout).toString('utf8');
  const document = text.startsWith('{') ? (JSON.parse(text) as SessionRecord) : null;
  if (document !== null && document.session_id !== '') return ok(document);
  if (document?.failure) return fail(failureOf(document.failure, exitCode));
  return fail(mcpMessages.runRefused({ exit: exitCode, said: stderr.trim().slice(-2000) }));
}

/** What a record says went wrong, as a failure. */
export const failureOf = (
  { id, what, remedy }: NonNullable<SessionRecord['failure']>,
  exit: number | null,
): Failure => ({ id, what, remedy, exit: (exit ?? 1) as ExitCode });
