// argv → a command. Each command's code is loaded only when it is used, so that help and mistakes answer at once.
import { type CommandLine, readArguments, tooMany } from './commands/arguments.ts';
import { type Failure, fail, type Result } from './core/failure.ts';

/** Runs the program with the arguments behind its name; returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === '__complete') return (await import('./commands/completion.ts')).complete(argv.slice(1));
  const line = readArguments(argv);
  const outcome = line.ok ? await dispatch(line.value).catch(unexpected) : line;
  if (outcome.ok) return outcome.value;
  if (line.ok) await tellJson(line.value, outcome.failure);
  const { printFailure } = await import('./view/render-failure.ts');
  await printFailure(outcome.failure, line.ok && line.value.flags.has('no-color'));
  return outcome.failure.exit;
}

/** Commands that tell what they found, or that something failed, but not both. A run tells itself how it ended. */
const TELLING = ['check', 'show', 'log', 'report', 'sessions', 'stats', 'status', 'init'];

/** Commands that go on with a run. */
const RUNNING = ['resume', 'revise', 'pick', 'accept', 'deliver'];

/** Who asked for JSON gets it also where there is nothing but a failure to tell. */
async function tellJson({ command, flags }: CommandLine, failure: Failure): Promise<void> {
  if (!flags.has('json') || (!RUNNING.includes(command) && !TELLING.includes(command))) return;
  const { printJson } = await import('./view/print.ts');
  const { id, what, remedy } = failure;
  if (!RUNNING.includes(command)) return printJson({ failure: { id, what, remedy } });
  const { documentOf } = await import('./commands/run-loaded.ts');
  printJson(documentOf({ record: null, failure }));
}

/** Its code is needed only then. */
const unexpected = async (error: unknown): Promise<Result<number, Failure>> =>
  (await import('./commands/unexpected.ts')).unexpected(error);

/** The exit code of a command, or why it could not begin. */
async function dispatch(line: CommandLine): Promise<Result<number, Failure>> {
  const many = tooMany(line);
  if (many) return fail(many);
  switch (line.command) {
    case 'help':
      return (await import('./commands/help.ts')).help(line);
    case 'version':
      return (await import('./commands/version.ts')).version();
    case 'check':
      return (await import('./commands/check.ts')).check(line);
    case 'init':
      return (await import('./commands/init.ts')).init(line);
    case 'completion':
      return (await import('./commands/completion.ts')).completion(line);
    case 'sessions':
      return (await import('./commands/sessions.ts')).sessions(line);
    case 'stats':
      return (await import('./commands/stats.ts')).stats(line);
    case 'status':
      return (await import('./commands/status.ts')).status(line);
    case 'show':
      return (await import('./commands/show.ts')).show(line);
    case 'log':
      return (await import('./commands/log.ts')).log(line);
    case 'report':
      return (await import('./commands/report.ts')).report(line);
    case 'recover':
      return (await import('./commands/recover.ts')).recover(line);
    case 'undo':
      return (await import('./commands/undo.ts')).undo(line);
    case 'clean':
      return (await import('./commands/clean.ts')).clean(line);
    case 'revise':
      return (await import('./commands/revise.ts')).revise(line);
    case 'accept':
      return (await import('./commands/accept.ts')).accept(line);
    case 'mcp':
      return (await import('./commands/mcp.ts')).mcp(line);
    case 'pick':
      return (await import('./commands/pick.ts')).pick(line);
    case 'deliver':
      return (await import('./commands/deliver.ts')).deliver(line);
    case 'resume':
      return (await import('./commands/resume.ts')).resume(line);
    default:
      return (await import('./commands/run.ts')).run(line);
  }
}
