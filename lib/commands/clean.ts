// `mm clean`: removes what ended sessions left (worktrees, branches, refs), and with --sessions their folders too.
import { type Failure, ok, type Result } from '../core/failure.ts';
import { listSessions } from '../session/find.ts';
import { folderSize, removeTree } from '../system/files.ts';
import { printJson, printLines } from '../view/print.ts';
import { size } from '../view/session-rows.ts';
import type { CommandLine } from './arguments.ts';
import { here } from './here.ts';
import { withPastSession } from './past-session.ts';

export async function clean(line: CommandLine): Promise<Result<number, Failure>> {
  const place = await here(line);
  if (!place.ok) return place;
  const folders = line.flags.has('sessions');
  const said: string[] = [];
  let failure: Failure | null = null;
  let freed = 0;
  let removed = 0;
  for (const found of listSessions(place.value.folder)) {
    if (found.record.status === 'in_progress') {
      said.push(`${found.id} is unfinished and was left alone; \`mm recover\` puts it right.`);
      continue;
    }
    const outcome = await withPastSession(place.value, found, ({ effects }) =>
      effects.undo((undo) => undo.result !== true),
    );
    if (!outcome.ok) return outcome;
    said.push(...outcome.value.said);
    failure ??= outcome.value.failures[0] ?? null;
    if (!folders || outcome.value.failures.length > 0) continue;
    freed += await folderSize(found.dir);
    removed++;
    await removeTree(found.dir);
  }
  if (removed > 0)
    said.push(`Removed the folders of ${removed} ${removed === 1 ? 'session' : 'sessions'} (${size(freed)}).`);
  if (line.flags.has('json')) printJson({ said, sessions_removed: removed, bytes_freed: freed });
  else printLines(said.length > 0 ? said : ['There was nothing to clean.']);
  return failure ? { ok: false, failure } : ok(0);
}
