// Runs git for the program's own purposes: without the repository's hooks, monitors, external diffs and signing,
// without any GIT_* pointer from outside, without a terminal or a network. It knows no repository and gives no command
// a meaning.
import { FailureError, fail, ok, type Result } from '../core/failure.ts';
import { messages } from '../core/messages/run-messages.ts';
import { systemMessages } from '../core/messages/system-messages.ts';
import { cleanPath, matcher } from './environment.ts';
import { distrustedFolder, findOwn } from './find-on-path.ts';
import { type Collected, type Conversation, collect, converse } from './own-command.ts';
import { freeingFromPipes } from './pipe-traps.ts';
import { interruptComes } from './signals.ts';

/** Where a git command works. All paths absolute; what is absent git finds from `cwd`. */
export interface GitPlace {
  readonly cwd?: string;
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
}

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Further settings, `section.name=value`; they win over ours. */
  readonly config?: readonly string[];
  /**
   * It begins only once it can be found by its environment (`endMarked`): killed before that, we leave nothing that
   * works on.
   */
  readonly findable?: boolean;
}

export interface GitOutput {
  readonly code: number;
  /** As UTF-8; `bytes` has it exactly. */
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Uint8Array;
}

/** A git command that was expected to succeed. */
export class GitError extends Error {
  readonly args: readonly string[];
  readonly code: number;
  readonly stderr: string;
  constructor(args: readonly string[], output: GitOutput) {
    super(`git ${args.join(' ')} ended with ${output.code}: ${output.stderr.trim()}`);
    this.name = 'GitError';
    this.args = args;
    this.code = output.code;
    this.stderr = output.stderr;
  }
}

/** For a place that is to know nothing of the user's and the machine's settings (`options.env`). */
export const NO_USER_CONFIG: Readonly<Record<string, string>> = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** What each command of ours is told: run none of the repository's programs, start nothing in the background. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.pager=cat',
  'safe.directory=*',
  'gc.auto=0',
  'maintenance.auto=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'push.gpgSign=false',
  'log.showSignature=false',
  'core.ignoreStat=false', // or git would flag all that it writes as not to be looked at again
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'color.ui=false',
];

const VARIABLES = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_ALLOW_PROTOCOL: 'file',
  GIT_NO_LAZY_FETCH: '1',
  GIT_EDITOR: ':',
  GIT_SEQUENCE_EDITOR: ':',
  GIT_PAGER: 'cat',
  GIT_AUTHOR_NAME: 'mm',
  GIT_AUTHOR_EMAIL: 'mm@localhost',
  GIT_COMMITTER_NAME: 'mm',
  GIT_COMMITTER_EMAIL: 'mm@localhost',
};

/** Of all GIT_* only where git itself and the user's settings lie, and how far it looks for a repository. */
const FROM_OUTSIDE = matcher([
  'GIT_EXEC_PATH',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
]);

/** Commands that may show a diff, and would run what .gitattributes and the config name for it. */
const SHOWS_DIFFS = new Set([
  'diff',
  'diff-tree',
  'diff-index',
  'diff-files',
  'log',
  'show',
  'whatchanged',
  'format-patch',
]);

const OUR_WORD = 'go\n';

/**
 * The beginning of a command that waits for our word. A process shows its environment only once it has become another
 * program; until then it is a copy of us, without a mark, which would go on when we are killed.
 */
export const onOurWord = (sh: string): readonly string[] => [sh, '-c', 'read -r word && exec "$@"', 'sh'];

/**
 * Runs `git args…` and returns whatever came of it.
 * @throws FailureError when there is no git, the system can't start it, or a signal ended it: an interrupt, if one
 *   comes
 */
export async function git(place: GitPlace, args: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
  const [command = '', ...rest] = args;
  const guarded = SHOWS_DIFFS.has(command) ? [command, '--no-ext-diff', '--no-textconv', ...rest] : args;
  const sh = options.findable === true ? findOwn('sh') : null;
  const stopFreeing = freeingFromPipes(place.workTree ?? place.cwd, place.gitDir);
  const done = await collect([...(sh ? onOurWord(sh) : []), gitProgram(), ...guarded], {
    cwd: folderOf(place),
    // one that must be found when we are killed is not to be begun by another process, after that
    ...(sh ? { env: allVariables(place, options) } : { env: ownVariables(place, options), common: commonVariables() }),
    ...(sh ? { input: OUR_WORD } : options.input === undefined ? {} : { input: options.input }),
  }).finally(stopFreeing);
  const { exitCode, stdout, stderr } = done;
  if (exitCode === null || endedBy(done) !== null) throw await gitEnded(args, done);
  let text: string | undefined;
  return {
    code: exitCode,
    get stdout() {
      text ??= new TextDecoder('utf-8', { ignoreBOM: true }).decode(stdout);
      return text;
    },
    stderr,
    bytes: stdout,
  };
}

/**
 * Starts a git that answers questions on its standard input; see `converse`.
 * @throws FailureError when there is no git, or the system can't start it
 */
export function gitConversation(
  place: GitPlace,
  args: readonly string[],
  options: Pick<GitOptions, 'env' | 'config'>,
  onOutput: (bytes: Buffer) => void,
): Conversation {
  return converse([gitProgram(), ...args], { cwd: folderOf(place), env: allVariables(place, options) }, onOutput);
}

type How = Omit<Collected, 'stdout'>;

/** What it means that a git ended before its time: an interrupt, if one comes. */
export async function gitEnded(args: readonly string[], how: How): Promise<Error> {
  const by = endedBy(how);
  if (by === null && how.exitCode !== null)
    return new GitError(args, { code: how.exitCode, stdout: '', stderr: how.stderr, bytes: new Uint8Array() });
  if (await interruptComes()) return new FailureError(messages.interrupted());
  return new FailureError(systemMessages['git-ended']({ command: args[0] ?? '', by: by ?? '' }));
}

/** 128 and the signal's number: how a shell, or git itself, tells that what it started was ended. */
const BY_SIGNAL: Readonly<Record<number, string>> = { 129: 'SIGHUP', 130: 'SIGINT', 137: 'SIGKILL', 143: 'SIGTERM' };
/**
 * What git says when something that it started was ended: a filter, a helper. 129 alone is a command line it does not
 * take.
 */
const DIED = /\bdied of signal (1|2|9|15)\b/;

/** The signal that ended git, or what git waited for; null: it ended by itself. */
function endedBy({ exitCode, signal, stderr }: How): string | null {
  if (signal !== null) return signal;
  if (exitCode === null || exitCode === 0) return null;
  const died = DIED.exec(stderr)?.[1];
  if (died !== undefined) return BY_SIGNAL[128 + Number(died)] ?? null;
  return exitCode === 129 ? null : (BY_SIGNAL[exitCode] ?? null);
}

/** The pathspec that means this path from the top, whatever characters are in it. */
export const literally = (path: string): string => `:(top,literal)${path}`;

/** What a command printed, without line ends at its end. @throws GitError when it fails */
export async function gitText(place: GitPlace, args: readonly string[], options?: GitOptions): Promise<string> {
  return (await succeed(place, args, options)).stdout.replace(/\n+$/, '');
}

/** The lines a command printed, empty ones left out. @throws GitError when it fails */
export async function gitLines(place: GitPlace, args: readonly string[], options?: GitOptions): Promise<string[]> {
  return (await succeed(place, args, options)).stdout.split('\n').filter((line) => line !== '');
}

/** The NUL-terminated records that a command with `-z` printed. @throws GitError when it fails */
export async function gitRecords(place: GitPlace, args: readonly string[], options?: GitOptions): Promise<string[]> {
  const records = (await succeed(place, args, options)).stdout.split('\0');
  if (records.at(-1) === '') records.pop();
  return records;
}

async function succeed(place: GitPlace, args: readonly string[], options?: GitOptions): Promise<GitOutput> {
  const output = await git(place, args, options);
  if (output.code !== 0) throw new GitError(args, output);
  return output;
}

/** The version of git here, such as `2.39.5`; a failure when there is none or it is older than 2.38. */
export async function gitVersion(): Promise<Result<string>> {
  try {
    return judgeVersion(await gitText({ cwd: '/' }, ['--version']));
  } catch (error) {
    if (error instanceof FailureError) return fail(error.failure);
    throw error;
  }
}

/** Reads `git version 2.39.5 (Apple Git-154)`. */
export function judgeVersion(said: string): Result<string> {
  const match = /(\d+)\.(\d+)[.\d]*/.exec(said);
  const enough = match !== null && (Number(match[1]) > 2 || (Number(match[1]) === 2 && Number(match[2]) >= 38));
  return enough ? ok(match[0]) : fail(systemMessages['git-too-old']({ found: match?.[0] ?? said, needed: '2.38' }));
}

let program: { readonly path: string | undefined; readonly file: string } | undefined;

/** Absolute path of git, found once per PATH; never a file inside the user's repository. */
function gitProgram(): string {
  const path = process.env.PATH;
  if (program === undefined || program.path !== path) {
    const file = findOwn('git');
    if (file === null)
      throw new FailureError(systemMessages['git-missing']({ path: distrustedFolder() ?? process.cwd() }));
    program = { path, file };
  }
  return program.file;
}

/** Where a command is started. */
const folderOf = ({ cwd, workTree, gitDir }: GitPlace): string => cwd ?? workTree ?? gitDir ?? process.cwd();

const allVariables = (place: GitPlace, options: GitOptions): Record<string, string> => ({
  ...commonVariables(),
  ...ownVariables(place, options),
});

/** What all commands have. */
function commonVariables(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (!name.startsWith('GIT_') || FROM_OUTSIDE(name))) env[name] = value;
  }
  return Object.assign(env, VARIABLES, { PATH: cleanPath(process.env) }, settingVariables(SETTINGS, 0));
}

/** What one of them has over and above. */
function ownVariables(place: GitPlace, { config = [], env = {} }: GitOptions): Record<string, string> {
  return {
    ...(place.gitDir === undefined ? {} : { GIT_DIR: place.gitDir }),
    ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
    GIT_CONFIG_COUNT: String(SETTINGS.length + config.length),
    ...settingVariables(config, SETTINGS.length),
    ...env,
  };
}

/** Settings through the environment: they rank as the command line's, and git hands them to what it starts. */
function settingVariables(settings: readonly string[], from: number): Record<string, string> {
  return Object.fromEntries(
    settings.flatMap((setting, n) => {
      const at = setting.indexOf('=');
      return [
        [`GIT_CONFIG_KEY_${from + n}`, setting.slice(0, at)],
        [`GIT_CONFIG_VALUE_${from + n}`, setting.slice(at + 1)],
      ];
    }),
  );
}

/** Whether a text is the name of an object, in full. */
export const isObjectId = (text: string): boolean => /^[0-9a-f]{40,64}$/.test(text);
