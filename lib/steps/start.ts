// Starts a command of the recipe's where its lane is: here, or on the host on which the lane lies; and says in words
// why one came to nothing.
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { formatLimit } from '../core/duration.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Command } from '../core/shell-word.ts';
import { renderDeep } from '../recipe/template.ts';
import { type ProcessExit, type ProcessSpec, runProcess } from '../system/process.ts';
import { readEnds } from '../system/read-parts.ts';
import { type FarLane, runFar } from '../system/remote/run-far.ts';
import { type CommandEnvironment, commandEnvironment } from './command-environment.ts';
import type { StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import type { Run } from './run-context.ts';

/**
 * Starts a command.
 * @param far undefined: here
 * @param files written there before it starts, by their paths there
 */
export function start(
  run: Run,
  far: FarLane | undefined,
  spec: ProcessSpec,
  files: Readonly<Record<string, string>> = {},
): Promise<ProcessExit> {
  if (far === undefined) return runProcess(spec);
  // the file that its output goes to is its own: so a resumed run finds the same job again
  const job = createHash('sha256').update(relative(run.session.dir, spec.stdout)).digest('hex').slice(0, 16);
  return run.hosts.inTurn(far.host.name, run.recipe.hosts[far.host.name]?.lanes ?? null, () =>
    runFar(far, { ...spec, job, files }),
  );
}

/** Where a command works, and where its output goes. */
interface Place {
  readonly path: string;
  /** The workspace in which that is, if it is not that itself. */
  readonly workspace?: string;
  readonly far?: FarLane | undefined;
  readonly output: string;
  readonly limitMs: number | null;
}

/**
 * Starts a command of the recipe's own in a workspace, behind its prefix.
 * @param via the command's own prefix; where it is empty, the recipe's `command_via` holds
 * @param seen what it is told of itself, where that is not the step
 */
export async function startIn(
  context: StepContext,
  words: Command,
  { path, workspace = path, far, output, limitMs }: Place,
  via: readonly string[] = [],
  seen: Partial<CommandEnvironment> = {},
): Promise<ProcessExit> {
  const { run, pass, id: step, lane: slot, signal } = context;
  return start(run, far, {
    command: behind(context, via, words, path),
    cwd: path,
    stdin: null,
    stdout: output,
    stderr: output,
    signal,
    env: await commandEnvironment(run, { pass, step, slot, workspace, far, ...seen }),
    limitMs,
    graceMs: run.recipe.timeout.graceMs,
  });
}

function behind({ run, lookup }: StepContext, via: readonly string[], command: Command, path: string): Command {
  const prefix = via.length > 0 ? via : run.recipe.commandVia;
  if (prefix.length === 0) return command;
  const names = (name: string) => (name === 'workspace.path' ? path : lookup(name));
  // a shell line behind a prefix needs a shell of its own
  return [
    ...(renderDeep(prefix, names) as readonly string[]),
    ...(typeof command === 'string' ? ['bash', '-c', command] : command),
  ];
}

/** How much of what it printed last is told. */
const SHOWN = 2000;

/**
 * Why a command came to nothing, in words, unless it ended well.
 * @param output the file that it wrote to
 * @param limitMs the limit that it had
 */
export async function outcomeOf(
  words: Command,
  exit: ProcessExit,
  output: string,
  limitMs: number | null,
): Promise<Result<undefined>> {
  if (exit.ended === 'exit' && exit.exitCode === 0) return ok(undefined);
  const command = commandText(words);
  if (exit.ended === 'interrupted') return fail(messages.interrupted());
  if (exit.ended === 'not-found')
    return fail(messages.commandNotStarted({ command, why: exit.detail ?? 'it is not there' }));
  if (exit.ended === 'lost') return fail(hostMessages.commandLost({ command, why: exit.detail ?? '' }));
  const said = (await readEnds(output)).slice(-SHOWN);
  if (exit.ended === 'timeout')
    return fail(messages.commandTooSlow({ command, limit: formatLimit(limitMs), output: said }));
  const how =
    exit.exitCode === null ? `was ended by ${exit.signal ?? 'a signal'}` : `ended with exit code ${exit.exitCode}`;
  return fail(messages.commandFailed({ command, how, output: said }));
}
