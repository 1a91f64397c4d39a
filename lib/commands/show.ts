// `mm show [<session>]`: one session's summary, where it lies, and what can be done with it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, ok, type Result } from '../core/failure.ts';
import type { FoundSession } from '../session/find.ts';
import { printJson } from '../view/print.ts';
import { age, size } from '../view/session-rows.ts';
import type { CommandLine } from './arguments.ts';
import { here } from './here.ts';
import { namedOrNewest } from './past-session.ts';
import { sessionSizes } from './session-sizes.ts';
import { viewFor } from './view-for.ts';

export async function show(line: CommandLine): Promise<Result<number, Failure>> {
  const [word] = line.operands;
  const place = await here(line);
  if (!place.ok) return place;
  const found = namedOrNewest(place.value.folder, word);
  if (!found.ok) return found;
  const { dir, record } = found.value;
  if (line.flags.has('json')) {
    printJson(record);
    return ok(0);
  }
  const summary = join(dir, 'summary.md');
  const text = existsSync(summary)
    ? readFileSync(summary, 'utf8').trimEnd()
    : `# ${record.command}: ${record.status}\n\n**Task**: ${record.prompt_summary}\n\n**Session artifacts**: ${dir}`;
  const facts = [
    record.session_id,
    record.status,
    `${age(Date.now() - Date.parse(record.created_at))} ago`,
    size((await sessionSizes([found.value])).get(dir)!),
  ];
  const view = await viewFor(line);
  view.show(
    [text, facts.join(', '), ...(record.failure ? [record.failure.what] : []), ...next(found.value)].join('\n\n'),
  );
  view.close();
  return ok(0);
}

/** What can be typed next, each with a word why. */
function next({ id, record: { status, result, passes, delivered } }: FoundSession): readonly string[] {
  if (status === 'in_progress')
    return [
      `It was cut off, or still runs. To go on with it: \`mm resume ${id}\`. ` +
        `To put the repository back: \`mm recover ${id}\`.`,
    ];
  if (status === 'completed' && delivered)
    return [`To take it back, its branch \`${delivered.branch}\`: \`mm undo ${id}\`.`];
  if (status === 'completed' && result !== null)
    return [`To take its result out of the working tree again: \`mm undo ${id}\`.`];
  if (status === 'interrupted' || status === 'failed') return [`To go on with it: \`mm resume ${id}\`.`];
  if (status === 'declined' && passes.at(-1)?.plan) return [`To apply its plan after all: \`mm accept ${id}\`.`];
  return [];
}
