// Runs one test file in a process and says what is wrong with it. Prints nothing.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { denoPath, nodePath, PROJECT } from './paths.ts';
import { killQuietly, runProcess } from './start-process.ts';
import { suiteMistakes, uvuSummary } from './suite-rules.ts';

/** Seconds after which a file counts as hanging, unless a line `// deadline: 600` in it says otherwise. */
const DEADLINE = 600;

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** What uvu did not count: a hang, no test at all, a stray `.only`. */
  readonly mistakes: readonly string[];
  readonly output: string;
  readonly seconds: number;
}

export interface RunFileOptions {
  /** Run it, and the program in it, under Deno. */
  readonly deno: boolean;
  /** Seconds, instead of the file's own. */
  readonly deadline?: number | undefined;
  /** A folder of the run's own, for HOME and lists of what was started. */
  readonly scratch: string;
}

/** Runs the file at `path`. When it is late, it and all that it started are killed. */
export async function runFile(path: string, options: RunFileOptions): Promise<Outcome> {
  const text = readFileSync(path, 'utf8');
  const limit = options.deadline ?? Number(/^\/\/ deadline: (\d+)/m.exec(text)?.[1] ?? DEADLINE);
  const pids = join(options.scratch, `${path.replaceAll('/', '-')}.pids`);
  const began = Date.now();

  let late = false;
  const ended = await runProcess(options.deno ? [denoPath(), 'run', '-A', path] : nodeCommand(path), {
    cwd: PROJECT,
    env: environment(options, pids),
    deadline: limit * 1000,
    atDeadline: () => {
      late = true;
      const left = existsSync(pids) ? readFileSync(pids, 'utf8').split('\n') : [];
      for (const pid of left) killQuietly(-Number(pid), 'SIGKILL');
    },
  });

  const output = ended.stdout + ended.stderr;
  const summary = uvuSummary(ended.stdout);
  const mistakes = [...suiteMistakes(text)];
  if (late) mistakes.push(`still running after ${limit} s: killed`);
  else if (summary === null)
    mistakes.push(`ended with ${ended.signal ?? `exit code ${ended.code}`} before uvu's summary`);
  else if (summary.total === 0) mistakes.push('ran no test');
  else if (summary.skipped > 0) mistakes.push(`skipped ${summary.skipped} tests`);
  else if (ended.code !== 0 && summary.passed === summary.total)
    mistakes.push(`exit code ${ended.code}, though all passed`);
  const failed = summary === null ? 0 : summary.total - summary.passed - summary.skipped;
  return {
    passed: summary?.passed ?? 0,
    failed: failed + mistakes.length,
    mistakes,
    output,
    seconds: (Date.now() - began) / 1000,
  };
}

/** Node's own type stripping where it has it (22.18), else tsx in the same process. */
function nodeCommand(path: string): [string, ...string[]] {
  const { typescript } = process.features as { typescript?: string | false };
  const loader = typescript ? [] : ['--import', join(PROJECT, 'node_modules/tsx/dist/loader.mjs')];
  return [nodePath(), ...loader, path];
}

/** The environment without what would reach into the tests: the user's HOME, sessions, git and our own settings. */
function environment(options: RunFileOptions, pids: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GIT_|MM_(?!TEST_|KEEP|FAULTS|SEED|KILL|PART|ATTACK)|AI_AIP_|XDG_|TSX_|NODE_OPTIONS)/.test(name),
  );
  const home = join(options.scratch, 'home');
  mkdirSync(home, { recursive: true });
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    HOME: home,
    MM_TEST_PIDS: pids,
    DENO_DIR: join(tmpdir(), 'mm-test-deno'),
    npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
    npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
    ...(options.deno ? { MM_TEST_RUNTIME: 'deno' } : {}),
  };
}
