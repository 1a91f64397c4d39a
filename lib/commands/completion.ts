// `mm completion bash|zsh|fish`: prints a script that completes commands, options, recipes and sessions in that shell.
// `mm completion sessions` is what the scripts ask for the ids of this repository's sessions.
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli.ts';
import { initMessages } from '../core/messages/init.ts';
import { nearest } from '../core/nearest.ts';
import { listSessions } from '../session/find.ts';
import { printLines } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './completion-scripts.ts';
import { here } from './here.ts';
import { shippedRecipes } from './recipe-files.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export async function completion(line: CommandLine): Promise<Result<number, Failure>> {
  const [shell = '', extra] = line.operands;
  if (extra !== undefined) return fail(cliMessages.tooManyOperands({ command: 'completion', operand: extra }));
  if (shell === 'sessions') {
    const place = await here(line);
    // outside of a repository there is nothing to complete, and nobody to tell
    const ids = place.ok ? listSessions(place.value.folder).map(({ id }) => id) : [];
    if (ids.length > 0) printLines(['latest', ...ids]);
    return ok(0);
  }
  const known = Object.keys(SCRIPTS);
  if (!Object.hasOwn(SCRIPTS, shell))
    return fail(initMessages.unknownShell({ shell, near: nearest(shell, known), known }));
  const recipes = shippedRecipes().filter((name) => name !== 'gates');
  printLines([SCRIPTS[shell as keyof typeof SCRIPTS](recipes).trimEnd()]);
  return ok(0);
}
