// The table of all options and commands: arguments, help, completion and error messages read it. Data only.

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
  budget: { value: '5usd,40m', help: 'what the run may spend: dollars, minutes, or both' },
  only: { value: 'a,b', multiple: true, help: 'only these slots take part' },
  without: { value: 'a', multiple: true, help: 'these slots take no part' },
  set: { value: 'path=value', multiple: true, help: 'override one recipe value, e.g. timeout.default=300' },
  from: {
    value: 'a=branch:x',
    multiple: true,
    help: 'take a change that is there, as the slot `a`: branch:x, pr:12, patch:y.diff, folder:../z, cmd:"…"',
  },
  commit: { help: 'commit the result on a new branch; your working tree stays as it is' },
  branch: { value: 'NAME', help: 'commit the result on this new branch; your working tree stays as it is' },
  pr: { help: 'the same, push the branch, and make a pull request of it' },
  'task-file': { value: 'FILE', help: 'read the task from a file' },
  'dry-run': { help: 'print every step with its commands; run none and touch nothing' },
  json: { help: 'one JSON document on standard output; everything for people on standard error' },
  directory: { short: 'C', value: 'DIR', help: 'work in the repository around DIR' },
  quiet: { short: 'q', help: 'only warnings, questions and the summary' },
  verbose: { help: 'every step, command and attempt' },
  'no-color': { help: 'no colours; NO_COLOR in the environment says the same' },
  follow: { help: 'log: go on with what is said from now on, until the session ends' },
  all: { help: 'sessions, stats, status, clean: of all repositories, not only this one' },
  wait: {
    help: 'begin when the session that works in this tree has ended; status: end when it has, with its exit code',
  },
  flags: { help: "check: compare the options in the recipe's commands with each installed CLI's own --help" },
  sessions: { help: "clean: remove the sessions' folders too" },
  hosts: { help: "clean: remove what ended sessions left on the recipe's hosts, too" },
  version: { help: 'print the version' },
  help: { short: 'h', help: 'print this help' },
};

export interface CommandSpec {
  readonly operands: string;
  readonly help: string;
  /** Options beside -C, --json, --no-color, --help. */
  readonly options: readonly string[];
}

/** Where a result goes. */
const DELIVERING = ['commit', 'branch', 'pr'];

const RUNNING = [
  ...['yes', 'headless', 'passes', 'timeout', 'budget', 'only', 'without', 'set', 'from'],
  ...[...DELIVERING, 'task-file', 'dry-run', 'wait', 'quiet', 'verbose'],
];

/** Commands by name; any other first word is a recipe to run. */
export const COMMANDS: Readonly<Record<string, CommandSpec>> = {
  check: {
    operands: '[<recipe>]',
    help: 'check a recipe, this machine, this repository, and which CLI each slot would use here',
    options: ['set', 'from', 'only', 'without', 'flags'],
  },
  init: {
    operands: '[<recipe>]',
    help: 'write a recipe for this repository, with what is found here, to be edited',
    options: [],
  },
  sessions: { operands: '', help: "this repository's sessions, newest first", options: ['all'] },
  stats: {
    operands: '',
    help: "how each slot and backend did in this repository's sessions: gates, files, time, tokens, price",
    options: ['all'],
  },
  status: {
    operands: '[<session>]',
    help: 'which sessions run here, what each does, and whom it waits for; --wait: until it has ended',
    options: ['all', 'wait'],
  },
  show: { operands: '[<session>]', help: "one session's summary; `latest` and unique prefixes work", options: [] },
  log: {
    operands: '[<session>] <slot>',
    help: "what a slot's CLI has said, as text; with --follow what it says while it runs",
    options: ['follow'],
  },
  report: {
    operands: '[<session>]',
    help: 'write and open the HTML report of a session: of the newest run, unless another is named',
    options: [],
  },
  resume: {
    operands: '[<session>]',
    help: 'go on where a stopped session ended; what finished is not run again',
    options: ['yes', 'headless', 'budget', ...DELIVERING, 'quiet', 'verbose'],
  },
  revise: {
    operands: '<session> <slot> <what…>',
    help: 'tell a model of an ended session what to change in its work, and decide on the plan that comes of it',
    options: ['yes', 'headless', 'budget', ...DELIVERING, 'quiet', 'verbose'],
  },
  pick: {
    operands: '<session> <file[#hunk]=candidate…>',
    help: 'take other versions of files, or of hunks in them, in the plan of an ended session, and decide on that',
    options: ['yes', 'headless', ...DELIVERING, 'quiet', 'verbose'],
  },
  deliver: {
    operands: '[<session>]',
    help: "move an ended session's result onto a new branch, or into a pull request",
    options: [...DELIVERING, 'quiet', 'verbose'],
  },
  accept: {
    operands: '<session>',
    help: 'apply the plan of a session that ended without a yes; no model is asked again',
    options: [...DELIVERING, 'quiet', 'verbose'],
  },
  recover: {
    operands: '[<session>]',
    help: 'put the repository back as it was before an unfinished session',
    options: [],
  },
  undo: { operands: '[<session>]', help: 'take a completed synthesis out of the working tree again', options: [] },
  clean: {
    operands: '[<recipe>]',
    help: 'remove what ended sessions left; with --hosts also on the hosts of a recipe',
    options: ['sessions', 'all', 'hosts', 'set'],
  },
  mcp: {
    operands: '',
    help: 'serve the Model Context Protocol on standard input and output, for an agent that is to call mm',
    options: [],
  },
  completion: { operands: '<shell>', help: 'print a completion script for bash, zsh or fish', options: [] },
};

export const EVERYWHERE = ['directory', 'json', 'no-color', 'help', 'version'];

/** Names of the options of a command (`run`: of running a recipe), or, for null, of those that all have. */
export function optionsOf(command: string | null): readonly string[] {
  if (command === null) return EVERYWHERE;
  return command === 'run' ? RUNNING : COMMANDS[command]!.options;
}
