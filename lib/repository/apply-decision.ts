// Decides, for each path in which a result differs from its base, what to do with what lies on disk now: nothing,
// write, delete, merge, or a conflict. Only reads; merges go into a folder of ours.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CandidateStore } from '../candidate/candidate-store.ts';
import { readBlobs } from '../candidate/objects.ts';
import type { TreeDifference } from '../candidate/tree-diff.ts';
import { EXECUTABLE, FILE } from '../core/file-mode.ts';
import { GitError, git, gitRecords, gitText, literally, NO_USER_CONFIG } from '../system/git.ts';
import { quoted } from '../system/git-dir.ts';
import { type Found, look, modeOf, oidOf, under } from './disk.ts';
import type { RepositoryFacts } from './inspect.ts';

/** Why a path can't simply be put in place. */
export type ConflictWhy = 'edited' | 'untracked' | 'deleted' | 'ignored' | 'in-the-way';

interface Version {
  readonly mode: string;
  readonly oid: string;
}

export interface Decision {
  readonly path: string;
  readonly found: Found;
  /** With a conflict: what the result would have. */
  readonly act: 'nothing' | 'write' | 'delete' | 'merge';
  readonly mode: string;
  /** Where the new version lies. */
  readonly file: string | null;
  readonly conflict: ConflictWhy | null;
}

/** What lies on disk at the paths of a result. */
interface Seen {
  readonly seen: readonly { readonly change: TreeDifference; readonly found: Found }[];
  /** Object ids of the files there. */
  readonly disk: ReadonlyMap<string, string | null>;
  readonly ignored: ReadonlySet<string>;
  /** Files that are, through their filters, what the last commit has. */
  readonly unchanged: ReadonlySet<string>;
  /** Files that are not there because the user's sparse checkout leaves them out: as the last commit has them. */
  readonly leftOut: ReadonlySet<string>;
}

/** Looks at the user's tree where a result differs from its base. Only reads. */
export async function seeDisk(repository: RepositoryFacts, changes: readonly TreeDifference[]): Promise<Seen> {
  const { top, objectFormat: format } = repository;
  const seen = await Promise.all(changes.map(async (change) => ({ change, found: await look(top, change.path) })));
  const disk = new Map<string, string | null>();
  for (const { change, found } of seen) disk.set(change.path, await oidOf(format, top, change.path, found));
  const ignored = await ignoredOf(
    repository,
    seen.filter(({ found }) => found.kind !== 'missing' && found.kind !== 'behind').map(({ change }) => change.path),
  );
  const unlike = seen.filter(
    ({ change, found }) => found.kind === 'file' && change.before && disk.get(change.path) !== change.before.oid,
  );
  const unchanged = await unchangedForGit(
    repository,
    unlike.map(({ change }) => change.path),
  );
  const leftOut = await leftOutOf(
    repository,
    seen.filter(({ change, found }) => found.kind === 'missing' && change.before).map(({ change }) => change.path),
  );
  return { seen, disk, ignored, unchanged, leftOut };
}

/**
 * @param fileOf where each path's version of the result lies
 * @param dir for merges
 */
export async function decide(
  repository: RepositoryFacts,
  store: CandidateStore,
  { seen, disk, ignored, unchanged, leftOut }: Seen,
  fileOf: ReadonlyMap<string, string>,
  dir: string,
): Promise<readonly Decision[]> {
  const decisions: Decision[] = [];
  for (const { change, found } of seen) {
    const { path, before, after } = change;
    const here = versionOf(found, disk.get(path) ?? null);
    const said = (
      act: Decision['act'],
      conflict: ConflictWhy | null = null,
      mode = after?.mode ?? '',
      file = fileOf.get(path) ?? null,
    ): void => {
      decisions.push({ path, found, act, mode, file, conflict });
    };
    const wish = after ? 'write' : 'delete';
    const isBase =
      here !== null && before !== null && here.mode === before.mode && (here.oid === before.oid || unchanged.has(path));
    if (found.kind === 'special') said(wish, 'in-the-way');
    else if (same(here, after)) said('nothing');
    else if (here !== null && ignored.has(path)) said(wish, 'ignored');
    else if (isBase || (here === null && (before === null || (after && leftOut.has(path))))) said(wish);
    else if (here === null) said(after ? wish : 'nothing', after ? 'deleted' : null);
    else if (before === null) said(wish, 'untracked');
    else {
      const merged =
        after &&
        (await merge(
          repository,
          store,
          { path, here, before, after, theirs: fileOf.get(path)! },
          join(dir, 'merged'),
          decisions.length,
        ));
      if (merged) said('merge', null, merged.mode, merged.file);
      else said(wish, 'edited');
    }
  }
  return decisions;
}

const versionOf = (found: Found, oid: string | null): Version | null => {
  const mode = modeOf(found);
  return mode === null || oid === null ? null : { mode, oid };
};

const same = (a: Version | null, b: Version | null): boolean =>
  a === null || b === null ? a === b : a.mode === b.mode && a.oid === b.oid;

/** Those of the paths that git ignores: not in the index, and named by a rule. */
async function ignoredOf({ top, gitDir }: RepositoryFacts, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const asking = ['check-ignore', '-z', '--stdin'];
  const input = paths.map((path) => `${path}\0`).join('');
  const output = await git({ gitDir, workTree: top, cwd: top }, asking, { input });
  if (output.code > 1) throw new GitError(asking, output);
  return new Set(output.stdout.split('\0'));
}

/** Files that are, through the filters that hold for them, what the last commit has: other line ends, say. */
async function unchangedForGit(
  { top, gitDir, base }: RepositoryFacts,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const place = { gitDir, workTree: top, cwd: top };
  const ids = (
    await gitText(place, ['hash-object', '--stdin-paths'], { input: paths.map((path) => `${quoted(path)}\n`).join('') })
  ).split('\n');
  const heads = new Map<string, string>();
  for (let n = 0; n < paths.length; n += 500) {
    for (const record of await gitRecords(place, [
      'ls-tree',
      '-z',
      '--full-tree',
      base,
      '--',
      ...paths.slice(n, n + 500).map(literally),
    ])) {
      heads.set(record.slice(record.indexOf('\t') + 1), record.split(/[ \t]/)[2] ?? '');
    }
  }
  return new Set(paths.filter((path, n) => heads.get(path) === ids[n]));
}

/** Those of the paths that git has been told not to put on the disk. */
const leftOutOf = (of: Place, paths: readonly string[]): Promise<ReadonlySet<string>> => taggedAs('S', of, paths);

type Place = Pick<RepositoryFacts, 'top' | 'gitDir'>;

/** Those of the paths that git has in its index with this tag (`git ls-files -t`). */
async function taggedAs(
  tag: 'S' | 'H',
  { top, gitDir }: Place,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let n = 0; n < paths.length; n += 500) {
    const some = paths.slice(n, n + 500).map(literally);
    for (const record of await gitRecords({ gitDir, workTree: top, cwd: top }, ['ls-files', '-t', '-z', '--', ...some]))
      if (record.startsWith(`${tag} `)) found.add(record.slice(2));
  }
  return found;
}

/** Tells git again that files which are not on the disk are left out of a sparse checkout. What is staged stays so. */
export async function leaveOut(place: Place, paths: readonly string[]): Promise<void> {
  const gone: string[] = [];
  for (const path of await taggedAs('H', place, paths))
    if ((await look(place.top, path)).kind === 'missing') gone.push(path);
  if (gone.length === 0) return;
  const input = gone.map((path) => `${path}\0`).join('');
  const { top, gitDir } = place;
  await gitText({ gitDir, workTree: top, cwd: top }, ['update-index', '--skip-worktree', '-z', '--stdin'], { input });
}

interface Sides {
  readonly path: string;
  readonly here: Version;
  readonly before: Version;
  readonly after: Version;
  /** The result's file. */
  readonly theirs: string;
}

/** The user's changes and the result's in one file, or null where they meet, or it is no text. */
async function merge(
  { top }: RepositoryFacts,
  store: CandidateStore,
  sides: Sides,
  folder: string,
  n: number,
): Promise<{ mode: string; file: string } | null> {
  const { path, here, before, after, theirs } = sides;
  if ([here, before, after].some(({ mode }) => mode !== FILE && mode !== EXECUTABLE)) return null;
  await mkdir(folder, { recursive: true });
  const base = join(folder, `${n}.base`);
  const [bytes] = await readBlobs(store, [before.oid]);
  await writeFile(base, bytes!);
  const merged = await git({ cwd: folder }, ['merge-file', '--stdout', under(top, path), base, theirs], {
    env: NO_USER_CONFIG,
  });
  if (merged.code !== 0) return null;
  const file = join(folder, String(n));
  await writeFile(file, merged.bytes);
  const mode = here.mode === before.mode ? after.mode : here.mode;
  return { mode, file };
}
