// Starts programs of the user's: in the terminal, which is theirs until they end, or on the desktop.
import { type ChildProcess, spawn } from 'node:child_process';
import { findOwn } from './find-on-path.ts';
import { whileLent } from './signals.ts';

/** How a shell ends when Ctrl-C ended what it ran. */
const INTERRUPTED = 130;

/**
 * Gives the terminal to a program of the user's (pager, editor) until it ends; Ctrl-C is that program's meanwhile.
 * @param argv the first is an absolute path
 * @param options.input what it reads; absent: the terminal
 * @returns its exit code, null where a signal ended it
 */
export function attach(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  { input, cwd }: { readonly input?: string; readonly cwd?: string } = {},
): Promise<number | null> {
  return whileLent(
    () =>
      new Promise((resolve, reject) => {
        const child = spawn(argv[0]!, argv.slice(1), {
          env,
          stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
          ...(cwd === undefined ? {} : { cwd }),
        });
        child.once('error', reject);
        child.once('exit', (value, signal) =>
          resolve({ value, interrupted: signal === 'SIGINT' || value === INTERRUPTED }),
        );
        // a pager that is closed before it has read everything is no mistake
        child.stdin?.on('error', () => {});
        child.stdin?.end(input);
      }),
  );
}

/**
 * Starts a program of the user's desktop that lives on by itself; nothing of it is heard.
 * @param argv the first is an absolute path
 * @returns why it could not be started, null where it was
 */
export function startApart(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(argv[0]!, argv.slice(1), { env, detached: true, stdio: 'ignore', cwd: '/' });
    child.once('error', (error) => resolve(error.message));
    child.once('spawn', () => resolve(null));
    child.unref();
  });
}

/** Ends what it has started after so many seconds, or when it is told to, also when we are gone by then. */
const FOR_A_WHILE = `set -m
exec 3>&2 2>/dev/null
limit=$1 sleep=$2; shift 2
"$@" 2>&3 3>&- &
it=$!
( exec 3>&-; "$sleep" "$limit"; kill -KILL -- "-$it" ) & clock=$!
exec 3>&-
trap 'kill -KILL -- "-$it" "-$clock"; exit 143' TERM
wait "$it"; code=$?
kill -KILL -- "-$clock"
exit "$code"`;

export interface Briefly {
  /** Its exit code, null where a signal ended it or it could not be started; and the first of what it complained of. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
  /** Ends it, and all that it has started. */
  readonly end: () => void;
}

/**
 * Starts a command that may live for some seconds, also when we end before it. It never keeps this program from ending.
 * @param argv the first is an absolute path
 * @returns null where there is no bash to see to that
 */
export function startBriefly(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  seconds: number,
): Briefly | null {
  const [bash, sleep] = [findOwn('bash'), findOwn('sleep')];
  if (bash === null || sleep === null) return null;
  const args = ['--noprofile', '--norc', '-c', FOR_A_WHILE, 'bash', String(seconds), sleep, ...argv];
  let child: ChildProcess;
  try {
    child = spawn(bash, args, { cwd: '/', env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    return { ended: Promise.resolve({ exitCode: null, stderr: String(error) }), end: () => {} };
  }
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (said: string) => {
    if (stderr.length < 1000) stderr += said;
  });
  const ended = new Promise<{ exitCode: number | null; stderr: string }>((resolve) => {
    child.once('error', ({ message }) => resolve({ exitCode: null, stderr: message }));
    child.once('exit', (exitCode) => resolve({ exitCode, stderr }));
  });
  for (const each of [child, child.stderr] as unknown as { unref?(): void }[]) each.unref?.();
  return { ended, end: () => void child.kill('SIGTERM') };
}
