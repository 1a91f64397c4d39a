// argv → a command, its operands and options. One table says what there is; help, completion and error messages read it.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli.ts';
import { nearest } from '../core/nearest.ts';

export interface OptionSpec {
  readonly short?: string;
  /** How its value is called; absent: a switch. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

export const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  yes: { short: 'y', help: 'accept the plan and further passes without asking' },
  headless: { help: 'never ask; the default where standard input is not a terminal' },
  passes: { value: 'N', help: 'how many passes, as the trigger words x2 to x5 say it' },
  timeout: { value: 'S|none', help: 'limit for each model in seconds, as the trigger timeout:S says it' },
  only: { value: 'a,b', multiple: true, help: 'only these slots take part' },
  without: { value: 'a', multiple: true, help: 'these slots take no part' },
  set: { value: 'path=value', multiple: true, help: 'override one recipe value, e.g. timeout.default=300' },
  'task-file': { value: 'FILE', help: 'read the task from a file' },
  'dry-run': { help: 'print every step with its commands; run none and touch nothing' },
  json: { help: 'one JSON document on standard output; everything for people on standard error' },
  directory: { short: 'C', value: 'DIR', help: 'work in the repository around DIR' },
  quiet: { short: 'q', help: 'only warnings, questions and the summary' },
  verbose: { help: 'every step, command and attempt' },
  'no-color': { help: 'no colours; NO_COLOR in the environment says the same' },
  all: { help: 'sessions, clean: of all repositories, not only this one' },
  sessions: { help: "clean: remove the sessions' folders too" },
  version: { help: 'print the version' },
  help: { short: 'h', help: 'print this help' },
};

export interface CommandSpec {
  readonly operands: string;
  readonly help: string;
  /** Options beside -C, --json, --no-color, --help. */
  readonly options: readonly string[];
}

const RUNNING = [
  'yes',
  'headless',
  'passes',
  'timeout',
  'only',
  'without',
  'set',
  'task-file',
  'dry-run',
  'quiet',
  'verbose',
];

/** Commands by name; any other first word is a recipe to run. */
export const COMMANDS: Readonly<Record<string, CommandSpec>> = {
  check: {
    operands: '[<recipe>]',
    help: 'check a recipe, this machine, this repository, and which CLI each slot would use here',
    options: ['set', 'only', 'without'],
  },
  init: {
    operands: '[<recipe>]',
    help: 'write a recipe for this repository, with what is found here, to be edited',
    options: [],
  },
  sessions: { operands: '', help: "this repository's sessions, newest first", options: ['all'] },
  show: { operands: '[<session>]', help: "one session's summary; `latest` and unique prefixes work", options: [] },
  report: {
    operands: '[<session>]',
    help: 'write and open the HTML report of a session: the latest one, unless another is named',
    options: [],
  },
  resume: {
    operands: '[<session>]',
    help: 'go on where a stopped session ended; what finished is not run again',
    options: ['yes', 'headless', 'quiet', 'verbose'],
  },
  recover: {
    operands: '[<session>]',
    help: 'put the repository back as it was before an unfinished session',
    options: [],
  },
  undo: { operands: '[<session>]', help: 'take a completed synthesis out of the working tree again', options: [] },
  clean: { operands: '', help: 'remove what ended sessions left', options: ['sessions', 'all'] },
  completion: { operands: '<shell>', help: 'print a completion script for bash, zsh or fish', options: [] },
};

const EVERYWHERE = ['directory', 'json', 'no-color', 'help', 'version'];

/** Names of the options of a command (`run`: of running a recipe), or, for null, of those that all have. */
export function optionsOf(command: string | null): readonly string[] {
  if (command === null) return EVERYWHERE;
  return command === 'run' ? RUNNING : COMMANDS[command]!.options;
}

export interface CommandLine {
  /** A key of COMMANDS, or `run`, `help`, `version`. */
  readonly command: string;
  readonly operands: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Reads the arguments behind the program's name. */
export function readArguments(argv: readonly string[]): Result<CommandLine> {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { short, value }]) => [
      name,
      { type: value ? 'string' : 'boolean', multiple: true, ...(short ? { short } : {}) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
  const flags = new Set<string>();
  const values: Record<string, string[]> = {};
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = OPTIONS[token.name];
    if (!spec) return fail(cliMessages.unknownOption({ option: token.rawName, near: nearOption(token.name) }));
    if (spec.value === undefined) {
      if (token.value !== undefined)
        return fail(cliMessages.noValueWanted({ option: token.rawName, value: token.value }));
      flags.add(token.name);
    } else {
      if (token.value === undefined)
        return fail(cliMessages.valueMissing({ option: token.rawName, value: spec.value }));
      if (!spec.multiple && values[token.name]) return fail(cliMessages.givenTwice({ option: token.rawName }));
      values[token.name] = [...(values[token.name] ?? []), token.value];
    }
  }
  if (flags.has('help')) return ok({ command: 'help', operands, flags, values });
  if (flags.has('version')) return ok({ command: 'version', operands, flags, values });
  const [first, ...rest] = operands;
  if (first === undefined) return fail(cliMessages.nothingToDo());
  if (first === 'help' && rest.length < 2) return ok({ command: 'help', operands: rest, flags, values });
  const command = Object.hasOwn(COMMANDS, first) ? first : 'run';
  const allowed = new Set([...optionsOf(command), ...EVERYWHERE]);
  const stray = [...flags, ...Object.keys(values)].find((name) => !allowed.has(name));
  if (stray !== undefined)
    return fail(
      cliMessages.optionElsewhere({
        option: `--${stray}`,
        command: command === 'run' ? 'running a recipe' : `mm ${command}`,
      }),
    );
  return ok({ command, operands: command === 'run' ? operands : rest, flags, values });
}

function nearOption(name: string): string | undefined {
  const near = nearest(name, Object.keys(OPTIONS));
  return near && `--${near}`;
}
