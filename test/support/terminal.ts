// A real terminal for a test, by tmux on a server of its own: types keys, reads the screen, waits for words on it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MmOptions, type MmResult, mmEnvironment, newestSession } from './mm.ts';
import { mmCommand, which } from './paths.ts';
import type { Repo } from './repo.ts';
import { removeIfThere } from './room.ts';
import { waitUntil } from './wait.ts';

export interface TerminalOptions extends Omit<MmOptions, 'input'> {
  readonly cols?: number;
  readonly rows?: number;
}

export interface Terminal {
  /** Types text as it stands. */
  type(text: string): void;
  /** Presses keys by tmux's names: `Enter`, `Up`, `C-c`, `Escape`. */
  press(...keys: readonly string[]): void;
  /** What is on the screen, lines without trailing blanks; with `colors` also its escape sequences. */
  screen(options?: { readonly colors?: boolean; readonly history?: boolean }): string;
  /** Resolves with the screen as soon as it matches. */
  waitFor(pattern: RegExp, deadline?: number): Promise<string>;
  /** Takes the entry of the menu on the screen that begins with `label`, by the arrow keys. */
  choose(label: string): Promise<void>;
  resize(cols: number, rows: number): void;
  /** Resolves when the program has ended. */
  exit(deadline?: number): Promise<Pick<MmResult, 'code' | 'session' | 'sessionDir'>>;
}

/** Runs the program with these arguments in a terminal in the repository, and hands the terminal to `work`. */
export function withTerminal<T>(
  repo: Repo,
  args: readonly string[],
  options: TerminalOptions,
  work: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  const command = [...mmCommand(options.runtime, options.project), ...args];
  return withCommandInTerminal(repo, command, options, work);
}

let terminals = 0;

/** The same for any command. */
export async function withCommandInTerminal<T>(
  repo: Repo,
  command: readonly string[],
  options: TerminalOptions,
  work: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  const binary = which('tmux');
  if (binary === null) throw new Error('tmux is not installed; the tests of a terminal need it');
  // one of its own for each: an earlier server of the room may be on its way out still, and takes nobody in
  const socket = join(repo.root, `tmux-${++terminals}`);
  const env = { ...mmEnvironment(repo, options.env), TERM: 'xterm-256color' };
  const tmux = (...words: readonly string[]) => {
    const done = spawnSync(binary, ['-S', socket, '-f', '/dev/null', ...words], {
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (done.error !== undefined) throw done.error;
    if (done.status !== 0) throw new Error(`tmux ${words[0]}: ${done.stderr}`);
    return done.stdout;
  };

  const code = join(repo.root, 'terminal-exit');
  removeIfThere(code); // of an earlier terminal in this room
  const script = join(repo.root, 'in-terminal.sh');
  writeFileSync(script, `trap : INT\n"$@"\necho $? >'${code}.new' && mv '${code}.new' '${code}'\nexec sleep 1000\n`);
  const size = ['-x', String(options.cols ?? 80), '-y', String(options.rows ?? 24)];
  const shell = [join(repo.bin, 'sh'), script, ...command]
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');
  tmux('new-session', '-d', '-s', 'test', ...size, '-c', options.cwd ?? repo.dir, shell);
  try {
    const terminal: Terminal = {
      type: (text) => void tmux('send-keys', '-t', 'test', '-l', '--', text),
      press: (...keys) => void tmux('send-keys', '-t', 'test', ...keys),
      screen: ({ colors = false, history = false } = {}) =>
        tmux('capture-pane', '-p', '-t', 'test', ...(colors ? ['-e'] : []), ...(history ? ['-S', '-'] : [])),
      resize: (cols, rows) => void tmux('resize-window', '-t', 'test', '-x', String(cols), '-y', String(rows)),
      waitFor: async (pattern, deadline = 120_000) => {
        try {
          return await waitUntil(
            String(pattern),
            () => [terminal.screen()].find((text) => pattern.test(text)) ?? null,
            deadline,
          );
        } catch (error) {
          throw new Error(`${(error as Error).message}; the screen:\n${terminal.screen()}`);
        }
      },
      choose: (label) => choose(terminal, label),
      exit: async (deadline = 120_000) => {
        try {
          await waitUntil('the program to end', () => existsSync(code) || null, deadline);
        } catch (error) {
          throw new Error(`${(error as Error).message}; the screen:\n${terminal.screen()}`);
        }
        return { code: Number(readFileSync(code, 'utf8')), ...newestSession(repo.sessions) };
      },
    };
    return await work(terminal);
  } finally {
    tmux('kill-server');
  }
}

/** More entries than any menu has: who has gone down so often has been round. */
const ROUND = 60;

/**
 * Goes down to the entry that begins with `label` and takes it. A key is pressed only when the one before has had its
 * effect and the screen stands still: a key too many would go to another entry, or to the menu that comes next.
 */
async function choose(terminal: Terminal, label: string): Promise<void> {
  const literally = label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  await terminal.waitFor(new RegExp(`^[ ❯] ${literally}`, 'm'));
  let pressedAt = '';
  for (let downs = 0; downs < ROUND; downs++) {
    const screen = await settled(terminal, (now) => now !== pressedAt && markedEntry(now) !== markedEntry(pressedAt));
    if (markedEntry(screen)?.startsWith(label)) {
      terminal.press('Enter');
      await waitUntil(`"${label}" to be taken`, () => terminal.screen() !== screen || null);
      return;
    }
    pressedAt = screen;
    terminal.press('Down');
  }
  throw new Error(`no entry of the menu begins with "${label}"; the screen:\n${terminal.screen()}`);
}

const markedEntry = (screen: string): string | undefined => /^❯ (.*)/m.exec(screen)?.[1];

/** Resolves with the screen when it shows a menu, is as `wanted`, and was the same at two looks. */
async function settled(terminal: Terminal, wanted: (screen: string) => boolean): Promise<string> {
  let before = '';
  return waitUntil('the mark to move', () => {
    const now = terminal.screen();
    const same = now === before;
    before = now;
    return same && markedEntry(now) !== undefined && wanted(now) ? now : null;
  });
}
