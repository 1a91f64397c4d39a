// Lines of bash, run to their end with git as it is for nobody in particular.
import { runProcess } from '../../support/start-process.ts';

const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.invalid',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.invalid',
};

export interface Ran {
  /** Null: it was ended at its limit. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BashOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; five minutes where it isn't said. */
  readonly limit?: number;
}

/** Runs a line of bash in a folder. */
export async function bash(cwd: string, line: string, { env = {}, limit = 300_000 }: BashOptions = {}): Promise<Ran> {
  const whole = { ...(process.env as Record<string, string>), ...GIT, ...env };
  const { code, stdout, stderr } = await runProcess(['bash', '-c', line], {
    cwd,
    env: whole,
    deadline: limit,
    atDeadline: () => {},
  });
  return { code, stdout, stderr };
}

/**
 * The same for a line that has to succeed; gives what it printed.
 * @throws Error with what it said
 */
export async function must(cwd: string, line: string, options: BashOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await bash(cwd, line, options);
  if (code !== 0) throw new Error(`${line}\n${stdout}${stderr}`.trim());
  return stdout.trim();
}

/** A word as bash takes it literally. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
