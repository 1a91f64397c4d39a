// Finds commands the way a careful shell would: never in the current folder, never through a relative PATH entry.
// It only looks at files; it starts nothing.
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

/** The absolute entries of a PATH, in order; empty and relative ones would mean the current folder and are dropped. */
export function pathEntries(path: string | undefined): readonly string[] {
  return (path || USUAL_PATH).split(delimiter).filter((entry) => isAbsolute(entry));
}

/**
 * Absolute path of the executable file that `name` means on the PATH of `env`, or null.
 * @param name a bare command name; with a `/` in it nothing is found
 * @param options.insideOf a folder whose PATH entries are passed over: what lies in it was not put there by the user
 */
export function findOnPath(name: string, env: Environment, options: { insideOf?: string | null } = {}): string | null {
  if (name === '' || name.includes('/') || name.includes('\0')) return null;
  const closed = options.insideOf ? real(options.insideOf) : null;
  for (const folder of pathEntries(env.PATH)) {
    if (closed !== null && within(closed, real(folder))) continue;
    const file = join(folder, name);
    if (isExecutable(file)) return file;
  }
  return null;
}

/** Whether `file` is a regular file that we may execute. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not ours to run: the same answer for a lookup
  }
}

/**
 * The nearest folder around `start` that has a `.git`, or null: what lies in it is not trusted to be a program of ours.
 */
export function repositoryAround(start: string): string | null {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

let distrusted: string | null | undefined;

/** Names the user's repository when it is not the one around the current folder (`-C`). */
export function distrust(folder: string): void {
  distrusted = folder;
}

/** The folder that our own tools (git, bash, cp) are never taken from. */
export function distrustedFolder(): string | null {
  if (distrusted === undefined) distrusted = repositoryAround(process.cwd());
  return distrusted;
}

/** Finds a tool that the program itself runs, on its own PATH, never inside the user's repository. */
export function findOwn(name: string): string | null {
  return findOnPath(name, process.env, { insideOf: distrustedFolder() });
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder); // a PATH entry that does not exist
  }
}

const within = (parent: string, path: string): boolean => {
  const way = relative(parent, path);
  return way === '' || !(way === '..' || way.startsWith('../'));
};
