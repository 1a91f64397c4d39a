// The base commit as a checkout has it on disk. Git may convert files on the way there (line ends, encodings, `$Id$`),
// and so may programs that the user has set up as filters (git-crypt; not Git LFS, whose pointers stay as they are);
// what models change is captured byte for byte, so it must be compared with the bytes that they found.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../core/failure.ts';
import { LINK } from '../core/file-mode.ts';
import { candidateMessages } from '../core/messages/candidate-messages.ts';
import { readText, removeTree } from '../system/files.ts';
import { GitError, git, gitText } from '../system/git.ts';
import { isNo, isYes } from '../system/git-settings.ts';
import type { CandidateStore } from './candidate-store.ts';
import { listTree } from './list-tree.ts';
import { readBlobs } from './objects.ts';
import { joinRecords, splitRecords } from './path-bytes.ts';
import { editIndex, privateBytes, privateRecords, privateText, temporaryPath, withIndex } from './private-git.ts';

/** What converts in an attributes file; `text` alone does so only together with a setting. */
const CONVERTS = /\b(eol\s*=\s*crlf|ident|working-tree-encoding)\b/;
/** What lets a program of the user's have its way with files. */
const FILTERS = /\bfilter\s*=/;
const ATTRIBUTES = ['eol', 'ident', 'working-tree-encoding', 'filter'];
const CONVERTS_NOT = new Set(['unspecified', 'unset', 'lf']);

export interface DiskTree {
  readonly tree: string;
  /** See `CandidateStore`. */
  readonly plain: boolean;
}

/** @param tree the base commit's */
export async function diskTree(store: CandidateStore, tree: string): Promise<DiskTree> {
  const { settings } = store;
  const attributes = await attributesOf(store, tree);
  const everywhere = isYes(settings.get('core.autocrlf')) || settings.get('core.eol')?.toLowerCase() === 'crlf';
  const named = attributes.some((text) => FILTERS.test(text));
  const filters = named ? filtersOf(store) : new Set<string>();
  if (!everywhere && filters.size === 0 && !attributes.some((text) => CONVERTS.test(text))) {
    const watched = !isNo(settings.get('core.trustctime')) && settings.get('core.checkstat') !== 'minimal';
    const whole = !isYes(settings.get('core.sparsecheckout'));
    return { tree, plain: watched && whole && !named };
  }
  const converted = await withIndex(store, async (indexFile) => {
    await privateBytes(store, ['read-tree', tree], { indexFile });
    const records = await privateRecords(store, ['ls-files', '-s', '-z'], { indexFile });
    const modes = new Map(
      records
        .filter((record) => record.startsWith('100'))
        .map((record) => [record.slice(record.indexOf('\t') + 1), record.slice(0, 6)]),
    );
    const paths = everywhere ? [...modes.keys()] : await convertedPaths(store, indexFile, [...modes.keys()], filters);
    const entries = await bytesOnDisk(store, indexFile, paths);
    await editIndex(
      store,
      indexFile,
      entries.map(({ path, oid }) => ({ path, entry: { mode: modes.get(path)!, oid } })),
    );
    return privateText(store, ['write-tree'], { indexFile });
  });
  return { tree: converted, plain: false };
}

const ATTRIBUTES_FILE = /(^|\/)\.gitattributes$/;

/** All attributes files that hold here, as texts. */
async function attributesOf(store: CandidateStore, tree: string): Promise<string[]> {
  const { files } = await listTree(store, tree);
  const oids = [...files].flatMap(([path, { mode, oid }]) =>
    ATTRIBUTES_FILE.test(path) && mode !== LINK ? [oid] : [],
  );
  const texts = (await readBlobs(store, oids)).map((bytes) => Buffer.from(bytes).toString());
  const home = process.env.XDG_CONFIG_HOME || join(process.env.HOME ?? '/', '.config');
  const own = [
    join(store.commonDir, 'info/attributes'),
    store.settings.get('core.attributesfile') || join(home, 'git/attributes'),
  ];
  for (const file of own) texts.push((await readText(file)) ?? '');
  return texts;
}

/** Asks git in the user's repository, since their own attributes count too. It runs nothing. */
async function convertedPaths(
  store: CandidateStore,
  indexFile: string,
  paths: readonly string[],
  filters: ReadonlySet<string>,
): Promise<string[]> {
  const args = ['check-attr', '--cached', '--stdin', '-z', ...ATTRIBUTES];
  const output = await git(userPlace(store, indexFile), args, { input: joinRecords(paths) });
  if (output.code !== 0) throw new GitError(args, output);
  const records = splitRecords(output.bytes);
  const converted = new Set<string>();
  for (let i = 0; i + 2 < records.length; i += 3) {
    const [path, attribute, is] = records.slice(i, i + 3) as [string, string, string];
    if (attribute === 'filter' ? filters.has(is) : !CONVERTS_NOT.has(is)) converted.add(path);
  }
  return [...converted];
}

/**
 * Checks the paths out beside, as git would for the user but for what Git LFS has elsewhere, and takes the bytes that
 * result.
 */
async function bytesOnDisk(store: CandidateStore, indexFile: string, paths: readonly string[]) {
  if (paths.length === 0) return [];
  const folder = temporaryPath(store, 'disk');
  try {
    await mkdir(folder, { recursive: true });
    const args = ['checkout-index', '--stdin', '-z', '--quiet'];
    const options = { input: joinRecords(paths), config: withoutFilter(LFS) };
    const place = userPlace(store, indexFile);
    // Git reads attributes in the tree first. Those that are not committed yet are none of the base's.
    const output = (await hasOwnAttributes(store))
      ? await git({ ...place, cwd: folder, workTree: folder }, args, options)
      : await git(place, [...args, `--prefix=${folder}/`], options);
    if (output.code !== 0)
      throw new FailureError(candidateMessages['checkout-failed']({ said: output.stderr.trim().slice(0, 4000) }));
    const onDisk = await withIndex(store, async (index) => {
      await privateBytes(store, ['add', '--all', '--force', '.'], { workTree: folder, indexFile: index });
      return privateText(store, ['write-tree'], { indexFile: index });
    });
    return [...(await listTree(store, onDisk)).files].map(([path, { oid }]) => ({ path, oid }));
  } finally {
    await removeTree(folder);
  }
}

async function hasOwnAttributes(store: CandidateStore): Promise<boolean> {
  const place = { cwd: store.top, gitDir: store.gitDir, workTree: store.top };
  return (await gitText(place, ['status', '--porcelain', '--', ':(glob)**/.gitattributes'])) !== '';
}

const userPlace = (store: CandidateStore, indexFile: string) => ({
  cwd: store.top,
  gitDir: store.gitDir,
  workTree: store.top,
  indexFile,
});

/** Its files are fetched, or left alone, where a workspace is made. */
const LFS = 'lfs';

/** The names of the user's filters that make other bytes of what is committed; of Git LFS not. */
export function filtersOf(store: CandidateStore): ReadonlySet<string> {
  const names = new Set(
    store.settings.all.flatMap(({ name }) => /^filter\.(.*)\.(smudge|process)$/s.exec(name)?.[1] ?? []),
  );
  names.delete(LFS);
  return names;
}

const withoutFilter = (name: string): string[] => [
  `filter.${name}.smudge=`,
  `filter.${name}.process=`,
  `filter.${name}.required=false`,
];
