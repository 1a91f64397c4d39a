// Starts the commands of a recipe: models, gates, whatever it names. Each command has a process group (and session) of
// its own, our own timers, its output written by itself straight to files; when it ended, for whatever reason, nothing
// that it started lives on. It knows nothing of models, gates or git.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FailureError } from '../core/failure.ts';
import { systemMessages } from '../core/messages/system-messages.ts';
import type { Command } from '../core/shell-word.ts';
import { type Ending, endProcesses, killProcesses } from './ending.ts';
import { cleanPath } from './environment.ts';
import { codeOf } from './file-failure.ts';
import { distrustedFolder, findOnPath, findOwn, isExecutable } from './find-on-path.ts';
import { closeFiles, openFiles, type ProcessFiles } from './process-files.ts';
import type { EndReason, ProcessExit, ProcessSpec } from './process-spec.ts';
import {
  type Owner,
  type ProcessRow,
  PS_ARGUMENTS,
  parsePs,
  processesFromProc,
  readStat,
  TOKEN_VARIABLE,
} from './processes-left.ts';
import { type Gone, type Running, supervise } from './supervise.ts';

export type { EndReason, ProcessExit, ProcessSpec } from './process-spec.ts';

/** Marks everything that this run starts; what each single command starts has a further token. */
const RUN_TOKEN = randomBytes(8).toString('hex');

const running = new Set<Running>();
let started = 0;

/**
 * Runs a command to its end, and ends whatever it left behind.
 * @throws FailureError when a file can't be opened or the machine can start no more processes
 */
export async function runProcess(spec: ProcessSpec): Promise<ProcessExit> {
  const began = performance.now();
  const never = (ended: EndReason, detail: string): ProcessExit => {
    return { exitCode: null, signal: null, ended, elapsedMs: performance.now() - began, detail };
  };
  const start = await starter(spec);
  const files = openFiles(spec);
  try {
    if (spec.signal?.aborted) return never('interrupted', 'it was not started');
    if (typeof start === 'string') return never('not-found', start);
    const command = await launch(spec, start, files);
    if (typeof command === 'string') return never('not-found', command);
    running.add(command);
    command.over = supervise(spec, command, files, listProcesses);
    try {
      return await command.over;
    } finally {
      running.delete(command);
      guardian.remove(command.pid, command.owner.since);
    }
  } finally {
    closeFiles(files);
  }
}

/** Ends all commands that run, as interrupted, and resolves when everything of them is gone. */
export async function endAll(): Promise<void> {
  const all = [...running];
  for (const command of all) command.end('interrupted');
  await Promise.allSettled(all.map((command) => command.over));
}

/** KILLs everything at once: for a second interrupt, and for the last moment of the runner. */
export function killEverythingNow(): void {
  for (const command of running) killProcesses(command.owner, listProcesses);
  if (started > 0)
    killProcesses(ownerOf(TOKEN_VARIABLE, RUN_TOKEN, readStat(process.pid)?.start ?? null), listProcesses);
}

/**
 * Ends what an earlier run left, known by a variable that its commands had, such as `MM_SESSION_ID`; never this process
 * or one that it runs in.
 */
export function endMarked(variable: string, value: string, graceMs: number): Promise<Ending> {
  const listOthers = () => {
    const rows = listProcesses();
    const above = new Set<number>();
    for (let pid = process.ppid; pid > 0 && !above.has(pid); ) {
      above.add(pid);
      pid = rows?.find((row) => row.pid === pid)?.parent ?? 0;
    }
    return rows?.filter((row) => !above.has(row.pid)) ?? null;
  };
  return endProcesses(ownerOf(variable, value, null), listOthers, graceMs);
}

const ownerOf = (variable: string, token: string, since: number | null): Owner => {
  return { pid: null, variable, token, since, files: [] };
};

/** Starts the command with the options given, at once; throws what `spawn` throws. */
type Start = (options: SpawnOptions) => ChildProcess;

/** How to start the command, or why that is impossible. */
async function starter(spec: ProcessSpec): Promise<Start | string> {
  if (!existsSync(spec.cwd)) return `its folder ${spec.cwd} is not there`;
  if ([spec.command].flat().some((part) => part.includes('\0')))
    return 'an argument holds a NUL, which no program can be given';
  if (typeof spec.command === 'string') return shellStarter(spec.command, spec.env);
  const [name = '', ...args] = spec.command;
  const file = name.includes('/') ? resolve(spec.cwd, name) : findOnPath(name, spec.env);
  if (file === null) return `${name} is not on PATH`;
  if (!isExecutable(file)) return `${file} is not an executable file`;
  // Not through a shell, and so not through zx, which always puts one between: there all arguments and their quoting
  // together would have to fit into the 128 KiB of one argument, and bash would add variables of its own.
  return (options) => spawn(file, args, options);
}

/**
 * Shell lines go through zx. It is told everything explicitly, since it takes its defaults from ZX_* variables, and
 * gets no pipe: what it would do with output (keep all of it, damage some), time limits and kills is never used.
 */
async function shellStarter(line: string, env: ProcessSpec['env']): Promise<Start | string> {
  // never a `bash` that lies in the user's repository
  const bash = findOwn('bash') ?? findOnPath('bash', env, { insideOf: distrustedFolder() });
  if (bash === null) return 'bash is not on PATH';
  const { $ } = await import('zx/core');
  return (options) => {
    let child: ChildProcess | undefined;
    let refused: unknown;
    const spawnBash = (_file: string, _args: readonly string[], given: SpawnOptions) => {
      try {
        child = spawn(bash, ['--noprofile', '--norc', '-c', line], { ...given, ...options, shell: false });
        return child;
      } catch (error) {
        refused = error;
        throw error;
      }
    };
    const command = $({
      spawn: spawnBash as typeof spawn,
      shell: bash,
      prefix: '',
      postfix: '',
      quote: (text) => text,
      env: options.env as NodeJS.ProcessEnv,
      cwd: String(options.cwd),
      stdio: options.stdio as NonNullable<SpawnOptions['stdio']>,
      detached: true,
      preferLocal: false,
      timeout: 0,
      nothrow: true,
      quiet: true,
      verbose: false,
      log: () => {},
    })(Object.assign([line], { raw: [line] }));
    command.catch(() => {}); // how it ended is heard from the child itself
    if (child === undefined) throw refused ?? new Error('zx started nothing');
    return child;
  };
}

/** Starts it and makes it known to the guardian; a text says why the system refused. */
async function launch(spec: ProcessSpec, start: Start, files: ProcessFiles): Promise<Running | string> {
  if (started++ === 0) process.once('exit', killEverythingNow);
  guardian.ready();
  const token = `${RUN_TOKEN}.${started}`;
  // A run within a run keeps the outer one's tokens, so that the outer one finds its processes too.
  const tokens = [process.env[TOKEN_VARIABLE], RUN_TOKEN, token].filter(Boolean).join('/');
  const began = performance.now();
  let child: ChildProcess;
  try {
    child = start({
      cwd: spec.cwd,
      env: { ...spec.env, PWD: spec.cwd, [TOKEN_VARIABLE]: tokens },
      detached: true,
      stdio: [files.stdin, files.stdout, files.stderr],
    });
  } catch (error) {
    return refusal(error, spec.command);
  }
  const gone = new Promise<Gone>((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  if (child.pid === undefined) {
    const how = await gone;
    return refusal('error' in how ? how.error : new Error('it has no pid'), spec.command);
  }
  const since = readStat(child.pid)?.start ?? null;
  guardian.add(child.pid, since);
  const owner = { pid: child.pid, variable: TOKEN_VARIABLE, token, since, files: [spec.stdout, spec.stderr] };
  return { pid: child.pid, owner, gone, began, end: () => {}, over: null };
}

/** Why the system would not start it, as a text; a machine that can start nothing more is a failure of the run's. */
function refusal(error: unknown, command: Command): string {
  const name = typeof command === 'string' ? 'bash' : (command[0] ?? '');
  const code = codeOf(error);
  if (code === null) throw error;
  if (code === 'E2BIG') return `the arguments of ${name} are too long for this system`;
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENOEXEC', 'ELOOP'].includes(code))
    return `${name} could not be executed (${code})`;
  throw new FailureError(systemMessages['process-not-started']({ name, why: code }));
}

/** /proc where there is one, else `ps`, else nothing: then only groups are known. */
function listProcesses(): ProcessRow[] | null {
  const rows = processesFromProc();
  if (rows !== null) return rows;
  const ps = findOwn('ps');
  if (ps === null) return null;
  const done = spawnSync(ps, PS_ARGUMENTS, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { PATH: cleanPath(process.env) },
  });
  return done.status === 0 ? parsePs(done.stdout) : null;
}

/** So often another one is started for groups that run: what is ended again and again, somebody wants to be ended. */
const MOST_RESTARTS = 5;

/**
 * The runner's own death takes its children with it: a tiny bash process in a session of its own reads from a pipe
 * which groups there are, and ends them when the pipe closes (kill -9 of the runner, or of its whole group). One per
 * run, started with the first group; when somebody kills it, another takes over.
 */
class Guardian {
  readonly #groups = new Set<string>();
  #process: ReturnType<typeof startGuardian> = null;
  #restarts = 0;

  /** To be called before a command starts, so that no command is ever without a guardian. */
  ready(): void {
    if (this.#process !== null) return;
    const started = startGuardian();
    this.#process = started;
    const ended = () => {
      if (this.#process !== started) return;
      this.#process = null;
      if (this.#groups.size > 0 && ++this.#restarts <= MOST_RESTARTS) this.ready();
    };
    started?.once('exit', ended).once('error', ended);
    for (const group of this.#groups) started?.stdin.write(`+${group}\n`);
  }

  /** @param start the leader's start in clock ticks, null where unknown */
  add(pid: number, start: number | null): void {
    this.#groups.add(`${pid}:${start ?? 0}`);
    this.#process?.stdin.write(`+${pid}:${start ?? 0}\n`);
  }

  remove(pid: number, start: number | null): void {
    this.#groups.delete(`${pid}:${start ?? 0}`);
    this.#process?.stdin.write(`-${pid}:${start ?? 0}\n`);
  }
}

/** Null where that is impossible (no bash): then there is no guardian. */
function startGuardian() {
  const bash = findOwn('bash');
  if (bash === null) return null;
  const script = fileURLToPath(new URL('./guardian.sh', import.meta.url));
  const child = spawn(bash, ['--noprofile', '--norc', script, RUN_TOKEN], {
    cwd: '/',
    env: { PATH: cleanPath(process.env) },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Neither it nor its pipe keeps the runner from ending; when it is gone, writing to it is no error of ours.
  child.once('error', () => {}); // it could not be started: the next command tries again
  if (child.pid === undefined) return null;
  child.unref();
  child.stdin.on('error', () => {});
  (child.stdin as typeof child.stdin & { unref?: () => void }).unref?.();
  return child;
}

const guardian = new Guardian();
