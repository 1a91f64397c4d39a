// What differs between the last commit, the index and the working tree, as git sees it. Only reads.
import { SUBMODULE } from '../core/file-mode.ts';
import { type GitOptions, type GitPlace, gitRecords } from '../system/git.ts';

interface TrackedChange {
  readonly path: string;
  /** The last commit differs from the index; the index differs from the tree. */
  readonly staged: boolean;
  readonly unstaged: boolean;
  readonly submodule: boolean;
  /** The index has a file or a link there. */
  readonly isFile: boolean;
  /** What the last commit has there; null: nothing. */
  readonly head: { readonly mode: string; readonly oid: string } | null;
}

export interface Changes {
  readonly tracked: readonly TrackedChange[];
  readonly untracked: readonly string[];
  /** Repositories within the working tree that are not submodules, without the `/` at their end. */
  readonly embedded: readonly string[];
  readonly unmerged: readonly string[];
  readonly notUtf8: readonly string[];
}

const COMMAND = ['status', '--porcelain=v2', '-z', '--no-renames', '--ignore-submodules=dirty'];

export function listChanges(place: GitPlace, options?: GitOptions): Promise<Changes> {
  return list(place, [...COMMAND, '--untracked-files=all'], options);
}

/** The same without a look for files that are in no index. */
export async function listTracked(place: GitPlace, options?: GitOptions): Promise<readonly TrackedChange[]> {
  return (await list(place, [...COMMAND, '--untracked-files=no'], options)).tracked;
}

async function list(place: GitPlace, command: readonly string[], options?: GitOptions): Promise<Changes> {
  const tracked: TrackedChange[] = [];
  const untracked: string[] = [];
  const embedded: string[] = [];
  const unmerged: string[] = [];
  for (const record of await gitRecords(place, command, options)) {
    if (record.startsWith('? ')) (record.endsWith('/') ? embedded : untracked).push(record.slice(2).replace(/\/$/, ''));
    else if (record.startsWith('u ')) unmerged.push(field(record, 10));
    else if (record.startsWith('1 ')) tracked.push(readTracked(record));
  }
  const notUtf8 = [...tracked.map(({ path }) => path), ...untracked].filter((path) => path.includes('\ufffd'));
  return { tracked, untracked, embedded, unmerged, notUtf8 };
}

/** `1 XY sub mH mI mW hH hI path` */
function readTracked(record: string): TrackedChange {
  const [, xy = '..', sub = 'N...', mode = '000000', inIndex, inTree, oid = ''] = record.split(' ', 7);
  return {
    path: field(record, 8),
    staged: xy[0] !== '.',
    unstaged: xy[1] !== '.',
    submodule: sub.startsWith('S') || [mode, inIndex, inTree].includes(SUBMODULE),
    isFile: inIndex !== SUBMODULE && inIndex !== '000000',
    head: mode === '000000' ? null : { mode, oid },
  };
}

/** What follows the first `count` words. */
function field(record: string, count: number): string {
  let at = 0;
  for (let n = 0; n < count; n++) at = record.indexOf(' ', at) + 1;
  return record.slice(at);
}
