// `mm show <session>`: one session's summary.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli.ts';
import { findSession } from '../session/find.ts';
import { printJson } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { here } from './here.ts';
import { viewFor } from './run.ts';

export async function show(line: CommandLine): Promise<Result<number, Failure>> {
  const [word, extra] = line.operands;
  if (extra !== undefined) return fail(cliMessages.tooManyOperands({ command: 'show', operand: extra }));
  const place = await here(line);
  if (!place.ok) return place;
  const found = findSession(place.value.folder, word ?? 'latest');
  if (!found.ok) return found;
  const { dir, record } = found.value;
  if (line.flags.has('json')) {
    printJson(record);
    return ok(0);
  }
  const view = await viewFor(line);
  const summary = join(dir, 'summary.md');
  const text = existsSync(summary)
    ? readFileSync(summary, 'utf8')
    : `# ${record.status}\n\n**Task**: ${record.prompt_summary}\n\n**Session artifacts**: ${dir}`;
  view.show(
    `${text.trimEnd()}\n\n${record.session_id}, ${record.status}${record.failure ? `\n\n${record.failure.what}` : ''}`,
  );
  view.close();
  return ok(0);
}
