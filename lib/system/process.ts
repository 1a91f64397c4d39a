// The only file that starts processes. Each command has a process group (and session) of its own, our own timers, its
// output written by itself straight to files; when it ended, for whatever reason, nothing that it started lives on.
// It knows nothing of models, gates or git.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { FailureError } from '../core/failure.ts';
import { systemMessages } from '../core/messages/system.ts';
import type { Command } from '../core/recipe.ts';
import { type Ending, endProcesses, killProcesses } from './ending.ts';
import { cleanPath } from './environment.ts';
import { codeOf } from './file-failure.ts';
import { distrustedFolder, findOnPath, findOwn, isExecutable } from './find-on-path.ts';
import { Guardian, type GuardianProcess, guardianArguments } from './guardian.ts';
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
import { whileLent } from './signals.ts';
import { STARTER_ARGUMENTS, Starter, type StarterProcess, type StarterResult } from './starter.ts';
import { type Gone, type Running, supervise } from './supervise.ts';

export type { EndReason, ProcessExit, ProcessSpec } from './process-spec.ts';

/** How a shell ends when Ctrl-C ended what it ran. */
const INTERRUPTED = 130;

/** Marks everything that this run starts; what each single command starts has a further token. */
const RUN_TOKEN = randomBytes(8).toString('hex');

const running = new Set<Running>();
const guardian = new Guardian(startGuardian);
const cheaply = new Starter(startStarter);
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

/** The run is over: its guardian goes. Without this call it goes when the runner does. */
export function dismissGuardian(): void {
  guardian.dismiss();
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

export interface CollectOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variables that it shares with most commands of its kind, which are started at little cost then; `env` wins. */
  readonly common?: Readonly<Record<string, string>>;
  /** For standard input; absent: closed. */
  readonly input?: string | Uint8Array;
  /** Most that its standard output may hold; default 1 GiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface Collected {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/**
 * Runs a short command of our own (git, cp), its output in memory. No shell, no guardian: it is left to finish when we
 * die, and a session of its own keeps Ctrl-C in the terminal away from it.
 * @param argv argv[0] is an absolute path
 * @throws FailureError when it can't be started or prints too much; the signal's reason when aborted
 */
export async function collect(argv: readonly string[], options: CollectOptions): Promise<Collected> {
  const [file = '', ...args] = argv;
  const { signal, common = {}, cwd } = options;
  signal?.throwIfAborted();
  const most = options.maxBytes ?? 2 ** 30;
  const tooLong = () => new FailureError(systemMessages['output-too-long']({ name: file, bytes: most }));
  const env = options.common === undefined || signal ? null : findOwn('env');
  if (env !== null && existsSync(cwd)) {
    const { env: own, input } = options;
    const done = await cheaply.run({ env, argv, cwd, common, own, most, ...(input === undefined ? {} : { input }) });
    if (done && done.stdout.length > most) throw tooLong();
    if (done) return { ...done, ...howItEnded(done) };
  }
  return new Promise<Collected>((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        cwd,
        env: { ...common, ...options.env },
        detached: true,
        stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      reject(notStarted(error, file, options.cwd));
      return;
    }
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let trouble: unknown;
    const stop = (why: unknown) => {
      trouble ??= why;
      child.kill('SIGTERM');
    };
    const abort = () => stop(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) out.push(chunk);
      else stop(tooLong());
    });
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.once('error', (error) => reject(notStarted(error, file, options.cwd)));
    child.once('close', (exitCode, by) => {
      signal?.removeEventListener('abort', abort);
      if (trouble !== undefined) reject(trouble);
      else resolve({ exitCode, signal: by, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') });
    });
    // It may end without reading all of it (EPIPE): its exit code and its words tell more than that.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
  });
}

/** What a shell tells of an end, as the system would; 129 is a command line that is not taken, too, but not without a word. */
function howItEnded({ status, stderr }: StarterResult): Pick<Collected, 'exitCode' | 'signal'> {
  if (status === null) return { exitCode: null, signal: null };
  const name = status > 128 && !(status === 129 && stderr !== '') ? signalName(status - 128) : undefined;
  return name === undefined ? { exitCode: status, signal: null } : { exitCode: null, signal: name };
}

const signalName = (number: number): string | undefined =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0];

/** A command of our own that answers what it is asked for as long as we live. */
export interface Conversation {
  /** Writes to its standard input. */
  readonly ask: (text: string) => void;
  /** Whether answers are awaited: only then does it keep this program from ending. */
  readonly await: (awaited: boolean) => void;
  /** How it ended, whenever that is; its output is not among it. */
  readonly gone: Promise<Omit<Collected, 'stdout'>>;
}

/**
 * Starts a command that reads questions and prints answers for as long as we live: without us its input ends, and so
 * does it. A session of its own keeps Ctrl-C in the terminal away from it.
 * @param argv argv[0] is an absolute path
 * @throws FailureError when it can't be started
 */
export function converse(
  argv: readonly string[],
  { cwd, env }: Pick<CollectOptions, 'cwd' | 'env'>,
  onOutput: (bytes: Buffer) => void,
): Conversation {
  const [file = '', ...args] = argv;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    throw notStarted(error, file, cwd);
  }
  const err: Buffer[] = [];
  child.stdout!.on('data', onOutput);
  child.stderr!.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin!.on('error', () => {}); // it ended: how, is told below
  const gone = new Promise<Omit<Collected, 'stdout'>>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(error, file, cwd)));
    child.once('close', (exitCode, signal) =>
      resolve({ exitCode, signal, stderr: Buffer.concat(err).toString('utf8') }),
    );
  });
  gone.catch(() => {}); // whoever asks hears of it
  return {
    ask: (text) => void child.stdin!.write(text),
    await: (awaited) => hold(child, awaited),
    gone,
  };
}

/** What is told of a command of our own that the system would not start. */
function notStarted(error: unknown, file: string, cwd: string): unknown {
  const why = existsSync(cwd) ? codeOf(error) : `its folder ${cwd} is not there`;
  return why === null ? error : new FailureError(systemMessages['process-not-started']({ name: file, why }));
}

/**
 * Starts a command of our own that goes on when we are gone. Nobody hears how it ended.
 * @param argv argv[0] is an absolute path
 */
export function leaveBehind(argv: readonly string[]): void {
  const [file = '', ...args] = argv;
  const env = { PATH: cleanPath(process.env), LC_ALL: 'C' };
  const child = spawn(file, args, { cwd: '/', env, detached: true, stdio: 'ignore' });
  child.once('error', () => {}); // what it should do stays to be done
  child.unref();
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

function startGuardian(): GuardianProcess | null {
  const bash = findOwn('bash');
  if (bash === null) return null;
  const child = spawn(bash, guardianArguments(RUN_TOKEN), {
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
  return {
    write: (line) => void child.stdin.write(line),
    onEnd: (listener) => void child.once('exit', listener).once('error', listener),
  };
}

/** Node copies its page tables for each process that it starts; other runtimes don't. */
const STARTS_DEARLY = process.platform === 'linux' && !('deno' in process.versions) && !('bun' in process.versions);

function startStarter(): StarterProcess | null {
  const bash = STARTS_DEARLY ? findOwn('bash') : null;
  if (bash === null) return null;
  const child = spawn(bash, STARTER_ARGUMENTS, {
    cwd: '/',
    env: { PATH: cleanPath(process.env) },
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.once('error', () => {}); // its output ends, too
  if (child.pid === undefined) return null;
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8');
  return {
    write: (text) => void child.stdin.write(text),
    onOutput: (listener) => void child.stdout.on('data', listener),
    onEnd: (listener) => void child.stdout.once('close', listener),
    await: (awaited) => hold(child, awaited),
  };
}

/** Whether a child keeps this program from ending. */
function hold(child: ChildProcess, held: boolean): void {
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as ({
    ref?(): void;
    unref?(): void;
  } | null)[];
  for (const each of handles) held ? each?.ref?.() : each?.unref?.();
}
