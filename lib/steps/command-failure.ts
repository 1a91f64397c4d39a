// Why a command of the recipe's own came to nothing, in words.
import { formatLimit } from '../core/duration.ts';
import type { Failure } from '../core/failure.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Command } from '../core/shell-word.ts';
import type { ProcessExit } from '../system/process-spec.ts';
import { readEnds } from '../system/read-parts.ts';
import { commandText } from './find-gates.ts';

/** How much of what it printed last is told. */
const SHOWN = 2000;

/**
 * The failure of a command that ended otherwise than well.
 * @param output the file that it wrote to
 * @param limitMs the limit that it had
 */
export async function commandFailure(
  words: Command,
  exit: ProcessExit,
  output: string,
  limitMs: number | null,
): Promise<Failure> {
  const command = commandText(words);
  if (exit.ended === 'interrupted') return messages.interrupted();
  if (exit.ended === 'not-found') return messages.commandNotStarted({ command, why: exit.detail ?? 'it is not there' });
  const said = (await readEnds(output)).slice(-SHOWN);
  if (exit.ended === 'timeout') return messages.commandTooSlow({ command, limit: formatLimit(limitMs), output: said });
  const how =
    exit.exitCode === null ? `was ended by ${exit.signal ?? 'a signal'}` : `ended with exit code ${exit.exitCode}`;
  return messages.commandFailed({ command, how, output: said });
}
