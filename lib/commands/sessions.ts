// `mm sessions`: this repository's sessions, newest first.
import { type Failure, ok, type Result } from '../core/failure.ts';
import { type FoundSession, listSessions, repositoryFolders } from '../session/find.ts';
import { stateRoot } from '../session/home.ts';
import { folderSize } from '../system/files.ts';
import { printJson, printLines } from '../view/print.ts';
import { sessionRows } from '../view/session-rows.ts';
import type { CommandLine } from './arguments.ts';
import { here } from './here.ts';

export async function sessions(line: CommandLine): Promise<Result<number, Failure>> {
  const all = line.flags.has('all');
  let folders: readonly string[];
  if (all) folders = repositoryFolders(stateRoot(process.env));
  else {
    const place = await here(line);
    if (!place.ok) return place;
    folders = [place.value.folder];
  }
  const found = folders.flatMap(listSessions).sort((a, b) => (a.id < b.id ? 1 : -1));
  const rows = await Promise.all(found.map(async (session) => ({ ...session, bytes: await folderSize(session.dir) })));
  if (line.flags.has('json')) printJson(rows.map(summary));
  else
    printLines(
      sessionRows(rows, {
        now: Date.now(),
        columns: process.stdout.isTTY ? process.stdout.columns : null,
        withRepository: all,
      }),
    );
  return ok(0);
}

const summary = ({ id, dir, record, bytes }: FoundSession & { readonly bytes: number }) => ({
  session_id: id,
  session_dir: dir,
  command: record.command,
  status: record.status,
  repository: record.repository,
  created_at: record.created_at,
  completed_at: record.completed_at,
  prompt_summary: record.prompt_summary,
  models: Object.keys(record.models),
  bytes,
});
