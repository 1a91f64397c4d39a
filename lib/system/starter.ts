// Starts short commands of our own through a bash that stays small. Starting one from here costs what this process is
// big, ten milliseconds and more, in which nothing else happens; from there about one, and we only write a line.
// What a command reads and prints lies in files that have no name any more: nothing is left behind, whoever is killed.
// It knows nothing of git; process.ts hands in how the bash is started.
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellWord } from '../core/shell-word.ts';
import { signal } from './ending.ts';
import { codeOf } from './file-failure.ts';

/** The bash, as it is needed here. */
export interface StarterProcess {
  write(text: string): void;
  onOutput(listener: (text: string) => void): void;
  /** Called once, when nothing more of it and of what it started can be heard. */
  onEnd(listener: () => void): void;
  /** While commands run, this program waits for them; otherwise the bash does not keep it from ending. */
  await(awaited: boolean): void;
}

interface StarterCommand {
  /** The program of that name, which gives a command its variables and no others: an absolute path. */
  readonly env: string;
  /** argv[0] is an absolute path. */
  readonly argv: readonly string[];
  /** Is there. */
  readonly cwd: string;
  /** Variables that it shares with most commands, and those of its own. */
  readonly common: Readonly<Record<string, string>>;
  readonly own: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Most that it may print, in bytes; then it is ended. */
  readonly most: number;
}

export interface StarterResult {
  /** As a shell tells it: more than 128 for a signal; null: nobody knows, since the shell was ended itself. */
  readonly status: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** The first two requests are for itself; each further one runs beside the others, until our end of the pipe closes. */
const PROGRAM = `exec 4>&1 1>/dev/null
common() { IFS= read -r -d '' request && eval "$request"; }
common && while IFS= read -r -d '' request; do if [ -z "$request" ]; then common; else eval "$request" & fi; done`;

/** How bash is started. */
export const STARTER_ARGUMENTS: readonly string[] = ['--noprofile', '--norc', '-c', PROGRAM];

/** Bash reads a request byte by byte, so a long one is dearer than starting the command from here. */
const LONGEST = 8000;

/** The files of one command. */
interface Files {
  readonly stdin: number;
  readonly stdout: number;
  readonly stderr: number;
}

/** Where a process finds an open file of ours, though it has no name any more. */
const placeOf = (fd: number): string => `/proc/${process.pid}/fd/${fd}`;

export class Starter {
  readonly #start: () => StarterProcess | null;
  readonly #running = new Map<string, Running>();
  readonly #idle: Files[] = [];
  #process: Promise<StarterProcess | null> | null = null;
  /** What the bash was told of variables. */
  #common = '';
  #heard = '';
  #count = 0;

  /** @param start starts the process, or null where that is impossible (no bash) */
  constructor(start: () => StarterProcess | null) {
    this.#start = start;
  }

  /** @returns null where it can't be started so; nothing has happened then */
  async run(command: StarterCommand): Promise<StarterResult | null> {
    this.#process ??= this.#begin(command);
    const bash = await this.#process;
    const files = bash && (this.#idle.pop() ?? openFiles());
    if (!bash || !files) return null;
    const request = requestFor(command, files);
    if (request.length > LONGEST) {
      this.#idle.push(files);
      return null;
    }
    if (command.input !== undefined) {
      ftruncateSync(files.stdin); // what is printed into is emptied by the shell
      writeAll(files.stdin, command.input);
    }
    const common = commonFor(command);
    if (common !== this.#common) bash.write(`\0${common}\0`);
    this.#common = common;
    const status = await this.#ask(bash, request, () => fstatSync(files.stdout).size > command.most);
    if (status === 'never began') {
      close(files);
      return null;
    }
    const [stdout, stderr] = [readAll(files.stdout), Buffer.from(readAll(files.stderr)).toString('utf8')];
    // what nobody knows the end of may write into them yet
    if (status === null) close(files);
    else this.#idle.push(files);
    return { status, stdout, stderr };
  }

  /** A bash that can write into our files; null where there is none. One that has ended is followed by another. */
  async #begin(command: StarterCommand): Promise<StarterProcess | null> {
    const files = existsSync(placeOf(0)) ? openFiles() : null;
    const bash = files && this.#start();
    if (!bash) return null;
    this.#heard = '';
    bash.onOutput((text) => this.#hear(text));
    bash.onEnd(() => {
      this.#process = null;
      for (const [number, { pid }] of [...this.#running]) this.#over(number, pid === null ? 'never began' : null);
    });
    this.#common = commonFor(command);
    bash.write(`${this.#common}\0`);
    const isHeard = (await this.#ask(bash, `echo yes >${placeOf(files.stdout)}`, () => false)) === 0;
    if (!isHeard || readAll(files.stdout).length !== 'yes\n'.length) return null;
    this.#idle.push(files);
    return bash;
  }

  /** Has it evaluated, and waits for the end. */
  #ask(bash: StarterProcess, request: string, isTooMuch: () => boolean): Promise<Status> {
    const number = String(++this.#count);
    return new Promise<Status>((resolve) => {
      let isGone = false;
      const watch = setInterval(() => {
        const pid = this.#running.get(number)?.pid ?? null;
        if (pid === null) return;
        if (isTooMuch()) signal(pid, 'SIGTERM');
        // its end is told at once, but by a shell that may have been ended itself
        if (isGone) this.#over(number, null);
        isGone = !signal(pid, 0);
      }, WATCH_MS).unref();
      const over = (status: Status) => {
        clearInterval(watch);
        if (this.#running.size === 0) bash.await(false);
        resolve(status);
      };
      this.#running.set(number, { pid: null, over });
      bash.await(true);
      bash.write(`number=${number}; ${request}; echo $number $? >&4\0`);
    });
  }

  #hear(text: string): void {
    const lines = (this.#heard + text).split('\n');
    this.#heard = lines.pop()!;
    for (const line of lines) {
      const [number = '', status, pid] = line.split(' ');
      const running = this.#running.get(number);
      if (status === 'pid' && running) running.pid = Number(pid);
      else this.#over(number, Number(status));
    }
  }

  #over(number: string, status: Status): void {
    const running = this.#running.get(number);
    this.#running.delete(number);
    running?.over(status);
  }
}

/** How a command ended, see `StarterResult`. */
type Status = number | null | 'never began';

/** A command that runs: its process, once that is known, and who waits for its end. */
interface Running {
  pid: number | null;
  readonly over: (status: Status) => void;
}

/** How often a command that takes that long is looked at. */
const WATCH_MS = 1000;

const settings = (variables: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(variables).map(([name, value]) => shellWord(`${name}=${value}`));

const commonFor = ({ common }: StarterCommand): string => `common=(${settings(common).join(' ')})`;

function requestFor({ env, argv, cwd, own, input }: StarterCommand, { stdin, stdout, stderr }: Files): string {
  const from = input === undefined ? '/dev/null' : placeOf(stdin);
  const words = [shellWord(env), '-i "${common[@]}"', ...settings(own), ...argv.map(shellWord)].join(' ');
  const begin = `( echo $number pid $BASHPID >&4; exec 4>&-; cd -- ${shellWord(cwd)} && exec ${words} )`;
  return `${begin} <${from} >${placeOf(stdout)} 2>${placeOf(stderr)}`;
}

/** Three files without a name. */
function openFiles(): Files | null {
  try {
    return { stdin: openUnnamed(), stdout: openUnnamed(), stderr: openUnnamed() };
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return null; // no room for them, or too many are open: the ordinary way tells what is wrong
  }
}

function close(files: Files): void {
  for (const fd of Object.values(files)) closeSync(fd);
}

/** An empty file that nobody else can find, and of which nothing is left once it is closed everywhere. */
export function openUnnamed(): number {
  const path = join(tmpdir(), `mm-${randomBytes(9).toString('hex')}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}

export function writeAll(fd: number, content: string | Uint8Array): void {
  const bytes = Buffer.from(content as string);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
}

export function readAll(fd: number): Uint8Array {
  const { size } = fstatSync(fd);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; ) {
    const read = readSync(fd, bytes, at, size - at, at);
    if (read === 0) return bytes.subarray(0, at);
    at += read;
  }
  return bytes;
}
