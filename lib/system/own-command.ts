// Starts short commands of our own (git, cp), their output in memory; on Linux under Node by way of a process that
// stays small. It knows nothing of what they do.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { constants } from 'node:os';
import { FailureError } from '../core/failure.ts';
import { systemMessages } from '../core/messages/system-messages.ts';
import { cleanPath } from './environment.ts';
import { codeOf } from './file-failure.ts';
import { findOwn } from './find-on-path.ts';
import {
  openUnnamed,
  readAll,
  STARTER_ARGUMENTS,
  Starter,
  type StarterProcess,
  type StarterResult,
  writeAll,
} from './starter.ts';

const cheaply = new Starter(startStarter);

export interface CollectOptions {
  readonly cwd: string;
  /** Absent: no more than a tool of the system's needs. */
  readonly env?: Readonly<Record<string, string>>;
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
  const { signal, common = {}, cwd, env: own = toolEnvironment() } = options;
  signal?.throwIfAborted();
  const most = options.maxBytes ?? 2 ** 30;
  const tooLong = () => new FailureError(systemMessages['output-too-long']({ name: file, bytes: most }));
  const env = options.common === undefined || signal ? null : findOwn('env');
  if (env !== null && existsSync(cwd)) {
    const { input } = options;
    const done = await cheaply.run({ env, argv, cwd, common, own, most, ...(input === undefined ? {} : { input }) });
    if (done && done.stdout.length > most) throw tooLong();
    if (done) return { ...done, ...howItEnded(done) };
  }
  return new Promise<Collected>((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        cwd,
        env: { ...common, ...own },
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

const toolEnvironment = () => ({ PATH: cleanPath(process.env), LC_ALL: 'C' });

/** What a shell tells of an end, as the system would; 129 is a command line not taken, too, but not without a word. */
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
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
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
  const child = spawn(file, args, { cwd: '/', env: toolEnvironment(), detached: true, stdio: 'ignore' });
  child.once('error', () => {}); // what it should do stays to be done
  child.unref();
}

/** A command that goes on when we are gone; while we are here, we hear how it ends. */
export interface Outliving {
  readonly pid: number;
  /** How it ended; `stderr` holds what it complained of. */
  readonly ended: Promise<Collected>;
}

/**
 * Starts a command of our own that goes on when we are gone, in a session of its own. Its three streams are files that
 * have no name any more: it can always write, and nothing is left of them. It never keeps this program from ending.
 * @param argv argv[0] is an absolute path
 * @throws FailureError when it can't be started
 */
export async function outlive(
  argv: readonly string[],
  { cwd, env, input }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly input: string },
): Promise<Outliving> {
  const [file = '', ...args] = argv;
  const [stdin, stdout, stderr] = [openUnnamed(), openUnnamed(), openUnnamed()];
  writeAll(stdin, input);
  const child = spawn(file, args, { cwd, env, detached: true, stdio: [stdin, stdout, stderr] });
  const ended = new Promise<Collected>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(error, file, cwd)));
    child.once('exit', (exitCode, signal) => {
      const said = { stdout: readAll(stdout), stderr: Buffer.from(readAll(stderr)).toString('utf8') };
      resolve({ exitCode, signal, ...said });
    });
  }).finally(() => {
    for (const fd of [stdin, stdout, stderr]) closeSync(fd);
  });
  ended.catch(() => {}); // whoever asks hears of it
  if (child.pid === undefined) await ended; // it rejects
  child.unref();
  return { pid: child.pid!, ended };
}

/** Node copies its page tables for each process that it starts; other runtimes don't. */
const STARTS_DEARLY = process.platform === 'linux' && !('deno' in process.versions) && !('bun' in process.versions);

function startStarter(): StarterProcess | null {
  const bash = STARTS_DEARLY ? findOwn('bash') : null;
  if (bash === null) return null;
  const child = spawn(bash, STARTER_ARGUMENTS, {
    cwd: '/',
    env: toolEnvironment(),
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
