// Looks through a workspace for what git does not tell: empty folders, pipes and devices, repositories within, folders
// that can't be read. It starts nothing, follows no link, and looks only where something changed.
import { lstatSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { takingTurns } from '../system/turns.ts';
import { decodePath, systemPath } from './path-bytes.ts';

/** A repository within the workspace that is no submodule. */
export interface Repository {
  readonly path: string;
  /** It was cloned from somewhere: a copy of other people's work. */
  readonly cloned: boolean;
  /** The workspace's own files lie in its folder. */
  readonly tracked: boolean;
}

export interface Seen {
  readonly emptyFolders: readonly string[];
  readonly specialFiles: readonly string[];
  readonly unreadable: readonly string[];
  readonly repositories: readonly Repository[];
  /** Folders that hold no file of the workspace's own. */
  readonly otherFolders: readonly string[];
}

interface ScanSpec {
  /** Folders that were there with files in them, and others known from before; a folder after the one it is in. */
  readonly folders: ReadonlySet<string>;
  readonly others: readonly string[];
  /** Not looked into: folders end in `/`. */
  readonly ignored: readonly string[];
  readonly submodules: readonly string[];
  /** Milliseconds by the disk's clock: known folders that did not change since are not looked into. 0: all are. */
  readonly since: number;
}

export async function scan(top: string, spec: ScanSpec): Promise<Seen> {
  const absolute = (path: string): string => (path === '' ? top : join(top, path));
  const skipped = new Set([...spec.ignored.map((path) => path.replace(/\/$/, '')), ...spec.submodules]);
  const known = new Set(['', ...spec.folders, ...spec.others]);
  const seen = {
    emptyFolders: [] as string[],
    specialFiles: [] as string[],
    unreadable: [] as string[],
    otherFolders: [] as string[],
  };
  const repositories: string[] = [];
  const queue = [...known];
  const turn = takingTurns();
  for (let at = 0; at < queue.length; at++) {
    await turn();
    const folder = queue[at]!;
    const state = skipped.has(folder) || skipped.has(parentOf(folder)) ? 'gone' : stateOf(absolute(folder), spec.since);
    if (state === 'gone') {
      skipped.add(folder);
      continue;
    }
    if (!spec.folders.has(folder) && folder !== '') seen.otherFolders.push(folder);
    if (state === 'as it was' && known.has(folder)) continue;
    const entries = list(absolute(folder));
    if (entries === null) {
      seen.unreadable.push(folder);
      continue;
    }
    if (entries.length === 0 && folder !== '') seen.emptyFolders.push(folder);
    if (folder !== '' && entries.some(({ name }) => name === '.git')) {
      repositories.push(folder);
      if (!spec.folders.has(folder)) continue;
    }
    for (const { name, kind } of entries) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (name === '.git' || skipped.has(path) || known.has(path)) continue;
      if (kind === 'folder') queue.push(path);
      if (kind === 'special' && stateOf(absolute(path), spec.since) === 'changed') seen.specialFiles.push(path);
    }
  }
  const found = repositories.map(async (path) => ({
    path,
    cloned: await hasRemote(absolute(path)),
    tracked: spec.folders.has(path),
  }));
  return { ...seen, repositories: await Promise.all(found) };
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** `gone`: there is no folder, or only a link to one. Nobody can set back the time that is asked for. */
function stateOf(path: string, since: number): 'gone' | 'as it was' | 'changed' {
  try {
    const entry = lstatSync(systemPath(path));
    if (entry.isSymbolicLink() || entry.isFile()) return 'gone';
    return Math.floor(entry.ctimeMs) < since ? 'as it was' : 'changed';
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return 'gone';
  }
}

/** Whether a repository was cloned: read as plain text, since git would run what its settings name. */
async function hasRemote(folder: string): Promise<boolean> {
  try {
    return /^\s*\[remote\s/m.test(await readFile(systemPath(join(folder, '.git/config')), 'utf8'));
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return false;
  }
}

interface Listed {
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'special';
}

/** Null: it can't be read. */
function list(folder: string): Listed[] | null {
  try {
    const entries = readdirSync(systemPath(folder), { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes('\ufffd'))) return entries.map((entry) => listed(entry, entry.name));
    return readdirSync(systemPath(folder), { withFileTypes: true, encoding: 'buffer' }).map((entry) =>
      listed(entry, decodePath(entry.name)),
    );
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return null;
  }
}

interface EntryKind {
  isDirectory(): boolean;
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

function listed(entry: EntryKind, name: string): Listed {
  const file = entry.isFile() || entry.isSymbolicLink();
  return { name, kind: entry.isDirectory() ? 'folder' : file ? 'file' : 'special' };
}
