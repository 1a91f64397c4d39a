// Runs the program in a room and reads what it leaves. How it is started (launcher, tsx, node, Deno) is the test
// run's choice, so that the same scenarios prove every runtime.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mmCommand, type Runtime } from './paths.ts';
import type { Room } from './room.ts';
import { type Ended, type Started, startProcess } from './start-process.ts';

export interface MmOptions {
  readonly cwd?: string;
  /** Added to the room's environment; null takes a variable out. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Standard input; absent: closed at once; null: left open. */
  readonly input?: string | Uint8Array | null;
  readonly runtime?: Runtime;
  /** The project folder to run, when it is a copy. */
  readonly project?: string;
  /** Milliseconds after which it is killed and the test fails. Default 120,000. */
  readonly deadline?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read the record as any JSON reader would
type Record_ = any;

export interface MmResult extends Ended {
  /** The newest session's session.json, parsed; null when there is none. */
  readonly session: Record_;
  /** The newest session's folder, null when there is none. */
  readonly sessionDir: string | null;
}

export interface MmStarted extends Omit<Started, 'exit'> {
  readonly exit: Promise<MmResult>;
}

/** The environment in which the program runs in this room. */
export function mmEnvironment(room: Room, changes: MmOptions['env'] = {}): Record<string, string> {
  const env: Record<string, string> = { ...room.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** Starts the program in `cwd`. */
export function startMm(room: Room, cwd: string, args: readonly string[], options: MmOptions = {}): MmStarted {
  const started = startProcess([...mmCommand(options.runtime, options.project), ...args], {
    cwd: options.cwd ?? cwd,
    env: mmEnvironment(room, options.env),
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
  });
  const exit = started.exit.then((ended) => ({ ...ended, ...newestSession(room.sessions) }));
  exit.catch(() => {});
  return { ...started, exit };
}

/** Runs the program to its end. */
export function runMm(room: Room, cwd: string, args: readonly string[], options: MmOptions = {}): Promise<MmResult> {
  return startMm(room, cwd, args, options).exit;
}

/** All session folders below a session root, oldest first. */
export function sessionFolders(root: string): readonly string[] {
  const below = (folder: string) =>
    (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  return below(join(root, 'repos'))
    .flatMap((repository) => below(join(repository, 'sessions')))
    .flatMap(below)
    .sort((a, b) => statSync(a).birthtimeMs - statSync(b).birthtimeMs);
}

/** The newest session below a root. */
export function newestSession(root: string): { readonly session: Record_; readonly sessionDir: string | null } {
  const sessionDir = sessionFolders(root).at(-1) ?? null;
  const file = sessionDir === null ? null : join(sessionDir, 'session.json');
  return { sessionDir, session: file !== null && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null };
}
