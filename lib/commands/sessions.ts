// `mm sessions`: this repository's sessions, newest first, or with --all those of every repository.
import { type Failure, ok, type Result } from '../core/failure.ts';
import { printJson, printLines } from '../view/print.ts';
import { housekeeping, sessionRows, size } from '../view/session-rows.ts';
import type { CommandLine } from './arguments.ts';
import { foldersOf } from './here.ts';
import { keptBytes, type SizedSession, sizedSessions } from './session-sizes.ts';

export async function sessions(line: CommandLine): Promise<Result<number, Failure>> {
  const folders = await foldersOf(line);
  if (!folders.ok) return folders;
  const rows = await sizedSessions(folders.value);
  if (line.flags.has('json')) {
    printJson(rows.map(summary));
    return ok(0);
  }
  const now = Date.now();
  const columns = process.stdout.isTTY ? process.stdout.columns : null;
  const last = housekeeping(rows, now);
  const kept = (await Promise.all(folders.value.map(keptBytes))).reduce((sum, bytes) => sum + bytes, 0);
  const also = kept === 0 ? [] : [`Workspaces that an earlier version kept: ${size(kept)}. mm clean removes them.`];
  printLines([
    ...sessionRows(rows, { now, columns, withRepository: line.flags.has('all') }),
    ...(last === null ? [] : ['', last]),
    ...also,
  ]);
  return ok(0);
}

const summary = ({ id, dir, record, bytes }: SizedSession) => ({
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
