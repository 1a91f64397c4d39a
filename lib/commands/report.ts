// `mm report [<session>]`: writes a session's report anew, and opens it where there is a desktop.
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { reportMessages } from '../core/messages/report-messages.ts';
import { opener, openFile } from '../system/open-file.ts';
import { printJson, printLines } from '../view/print.ts';
import { size } from '../view/session-rows.ts';
import type { CommandLine } from './arguments.ts';
import { here } from './here.ts';
import { namedOrNewest } from './past-session.ts';
import { writeReport } from './write-report.ts';

export async function report(line: CommandLine): Promise<Result<number, Failure>> {
  const [word] = line.operands;
  const place = await here(line);
  if (!place.ok) return place;
  const found = namedOrNewest(place.value.folder, word);
  if (!found.ok) return found;
  const { id, dir } = found.value;
  const written = await writeReport(dir);
  if (!written.ok) return written;
  const { file, bytes } = written.value;
  if (line.flags.has('json')) {
    printJson({ session_id: id, report: file, bytes });
    return ok(0);
  }
  printLines([`${file} (${size(bytes)})`]);
  if (opener(process.env) === null) return ok(0);
  const why = await openFile(file, process.env);
  return why === null ? ok(0) : fail(reportMessages.reportNotOpened({ file, why }));
}
