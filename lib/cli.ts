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
  const command = Object.hasOwn(COMMANDS, line.command) ? COMMANDS[line.command]! : run;
  return command(line);
}

type Command = (line: CommandLine) => Promise<Result<number, Failure>>;

/** What is none of these is the name of a recipe to run. */
const run: Command = async (line) => (await import('./commands/run.ts')).run(line);

const COMMANDS: Readonly<Record<string, Command>> = {
  help: async (line) => (await import('./commands/help.ts')).help(line),
  version: async () => (await import('./commands/version.ts')).version(),
  check: async (line) => (await import('./commands/check.ts')).check(line),
  init: async (line) => (await import('./commands/init.ts')).init(line),
  completion: async (line) => (await import('./commands/completion.ts')).completion(line),
  sessions: async (line) => (await import('./commands/sessions.ts')).sessions(line),
  stats: async (line) => (await import('./commands/stats.ts')).stats(line),
  status: async (line) => (await import('./commands/status.ts')).status(line),
  show: async (line) => (await import('./commands/show.ts')).show(line),
  log: async (line) => (await import('./commands/log.ts')).log(line),
  report: async (line) => (await import('./commands/report.ts')).report(line),
  recover: async (line) => (await import('./commands/recover.ts')).recover(line),
  undo: async (line) => (await import('./commands/undo.ts')).undo(line),
  clean: async (line) => (await import('./commands/clean.ts')).clean(line),
  revise: async (line) => (await import('./commands/revise.ts')).revise(line),
  accept: async (line) => (await import('./commands/accept.ts')).accept(line),
  mcp: async (line) => (await import('./commands/mcp.ts')).mcp(line),
  pick: async (line) => (await import('./commands/pick.ts')).pick(line),
  deliver: async (line) => (await import('./commands/deliver-session.ts')).deliverSession(line),
  resume: async (line) => (await import('./commands/resume.ts')).resume(line),
};
