// `mm undo [<session>]`: takes a completed synthesis out of the working tree again, but never what was edited since.
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { printJson, printLines } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { here } from './here.ts';
import { findHere, sessionsHere, withPastSession } from './past-session.ts';

export async function undo(line: CommandLine): Promise<Result<number, Failure>> {
  const place = await here(line);
  if (!place.ok) return place;
  const word = line.operands[0];
  const newest = sessionsHere(place.value).find(({ record }) => record.result !== null);
  const found =
    word === undefined
      ? newest
        ? ok(newest)
        : fail(cliMessages.nothingToUndo())
      : findHere(place.value, word, 'undo');
  if (!found.ok) return found;
  const outcome = await withPastSession(place.value, found.value, async ({ effects }) => {
    const applied = effects.open.filter(({ undo: each }) => each.result === true);
    if (applied.length === 0) return null;
    const inTree = applied.some(({ undo: { kind } }) => kind === 'apply');
    return { ...(await effects.undo((each) => each.result === true)), inTree };
  });
  if (!outcome.ok) return outcome;
  const { id } = found.value;
  if (outcome.value === null) return fail(cliMessages.undoneAlready({ session: id }));
  const { said, failures, inTree } = outcome.value;
  if (line.flags.has('json')) printJson({ session_id: id, said });
  else
    printLines([
      `The result of ${id} is ${inTree ? 'out of your working tree again' : 'taken back'}.`,
      ...said.map((text) => `  ${text}`),
    ]);
  return failures[0] ? fail(failures[0]) : ok(0);
}
