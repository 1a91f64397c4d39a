// Starts programs of the user's: in the terminal, which is theirs until they end, or on the desktop.
import { spawn } from 'node:child_process';
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
