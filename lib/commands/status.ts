// `mm status [<session>]`: which sessions run in this repository (with --all: anywhere), what each lane does, and whom
// they wait for. With --wait it ends when they have, with their exit code. Looks only: takes no lock, writes nothing.
import { join } from 'node:path';
import type { Event } from '../core/events.ts';
import { type Failure, ok, type Result } from '../core/failure.ts';
import { lockHolder } from '../repository/lock.ts';
import { queueIn } from '../repository/queue.ts';
import { findSession, repositoryFolders, sessionFolders } from '../session/find.ts';
import { stateRoot } from '../session/home.ts';
import { eventsIn, openSessions } from '../session/open-sessions.ts';
import { Follower } from '../system/follow.ts';
import { watchFolder } from '../system/watch-folder.ts';
import { loadPaint, wantsColour } from '../view/paint.ts';
import { printJson, printLines } from '../view/print.ts';
import { endLine, lanesOf, type SessionNow, statusLines, type WaiterNow, waiterLine } from '../view/status-lines.ts';
import type { CommandLine } from './arguments.ts';
import { here, locate } from './here.ts';
import { holderOf, sessionNow } from './session-now.ts';
import { inFrontOf, queueFolder } from './wait-for-tree.ts';

/** So often it is looked whether the process lives. */
const LOOK_MS = 2000;
/** Between a session's last word and its letting go of the working tree. */
const CLOSING_MS = 50;

export async function status(line: CommandLine): Promise<Result<number, Failure>> {
  const root = stateRoot(process.env);
  const found = await sessions(line, root);
  if (!found.ok) return found;
  const now = await Promise.all(found.value.map((each) => sessionNow(each, root)));
  const shown = line.flags.has('wait') ? await Promise.all(now.map((each) => ended(each, root))) : now;
  const queue = line.operands.length > 0 ? [] : await waiting(line, root);
  if (line.flags.has('json'))
    printJson({ schema_version: 1, sessions: shown.map((each) => statusDocument(each, Date.now())), queue });
  else printLines([...(await linesOf(line, shown)), ...queue.map((each) => waiterLine(each, Date.now()))]);
  return ok(line.flags.has('wait') ? Math.max(0, ...shown.map(exitOf)) : 0);
}

/** The one that is named, or all that have not ended. */
async function sessions(line: CommandLine, root: string) {
  const [word] = line.operands;
  if (line.flags.has('all') && word === undefined)
    return ok(openSessions(repositoryFolders(root).flatMap(sessionFolders)));
  const place = await here(line);
  if (!place.ok) return place;
  if (word === undefined) return ok(openSessions(sessionFolders(place.value.folder)));
  const found = findSession(place.value.folder, word);
  return found.ok ? ok([{ ...found.value, events: eventsIn(found.value.dir) }]) : found;
}

/** Runs that wait for a working tree, and whom each waits for. */
async function waiting(line: CommandLine, root: string): Promise<readonly WaiterNow[]> {
  const place = line.flags.has('all') ? null : await here(line);
  const folders = place === null ? repositoryFolders(root) : place.ok ? [place.value.folder] : [];
  const found: WaiterNow[] = [];
  for (const folder of folders) {
    const queue = await queueIn(queueFolder(folder));
    for (const each of queue) {
      const located = await locate(each.top, root);
      const before = await inFrontOf(each, queue, async () => (located.ok ? lockHolder(located.value) : null));
      // one that has its turn stays in the queue while its run is on
      if (before === null || before.pid === each.pid) continue;
      const { command, top: repository, pid, host, since } = each;
      found.push({
        command,
        repository,
        pid,
        host,
        since,
        waits_for: { session_id: before.session || null, pid: before.pid },
      });
    }
  }
  return found;
}

async function ended(session: SessionNow, root: string): Promise<SessionNow> {
  if (session.state === 'ended' || session.state === 'cut_off') return session;
  const end = await awaitEnd(session, root);
  return { ...session, state: end.status === 'cut_off' ? 'cut_off' : 'ended', end, question: null };
}

/** How it ended; `cut_off`: without a word. When it resolves, the working tree is free. */
async function awaitEnd({ id, dir, repository }: SessionNow, root: string): Promise<NonNullable<SessionNow['end']>> {
  let end: SessionNow['end'] = null;
  const follower = new Follower(join(dir, 'events.jsonl'), (line) => {
    if (!line.includes('"type":"session_')) return;
    const event = JSON.parse(line) as Event;
    if (event.type === 'session_complete') end = { status: event.status, exit: event.exit };
    if (event.type === 'session_resume') end = null;
  });
  const holder = await holderOf(id, repository, root);
  const folder = watchFolder(dir);
  let changed = false;
  try {
    for (;;) {
      await follower.read();
      if (end !== null || !changed) {
        const gone = (await holder()) === null;
        await follower.read(); // only now: who lets go of the lock has had its last word
        if (gone) return end ?? { status: 'cut_off', exit: 1 };
      }
      changed = await folder.next(end === null ? LOOK_MS : CLOSING_MS);
    }
  } finally {
    folder.close();
  }
}

/** What a session that was put back had done is not there: it is no complete one. */
const exitOf = ({ end }: SessionNow): number => (end?.status === 'completed' ? 0 : end?.exit || 1);

async function linesOf(line: CommandLine, shown: readonly SessionNow[]): Promise<readonly string[]> {
  if (shown.length === 0) return [line.flags.has('all') ? 'No session runs.' : 'No session runs in this repository.'];
  const { stdout } = process;
  const paint = await loadPaint(wantsColour(stdout, process.env, line.flags.has('no-color')));
  const columns = stdout.isTTY ? stdout.columns || 80 : 80;
  return shown.flatMap((each, i) => {
    if (each.state === 'ended') return [endLine(each)];
    return [...(i === 0 ? [] : ['']), ...statusLines(each, { columns, now: Date.now(), paint })];
  });
}

/** A session's row of `--json`. */
export function statusDocument(session: SessionNow, now: number): object {
  const { id, dir, command, repository, state, end, pid, host, startedAt, question, progress } = session;
  const common = { session_id: id, session_dir: dir, command, repository, state, started_at: startedAt };
  if (state === 'ended') return { ...common, status: end?.status, exit: end?.exit };
  return {
    ...common,
    pid,
    host,
    task: progress.task,
    pass: progress.pass,
    pass_count: progress.passes,
    phase: progress.phase,
    step: [...progress.steps.values()].at(-1) ?? null,
    waits_for: question && { what: 'answer', question: question.text, since: question.since },
    lanes: lanesOf(progress, state === 'cut_off' ? null : now),
  };
}
