// The versions of each file, as data that the page unpacks when a reader gets there: an index of all files, and their
// contents in compressed chunks. Only a chunk at a time is in memory.
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Change, Pick } from '../../core/candidate.ts';
import { EXECUTABLE, LINK, SUBMODULE } from '../../core/file-mode.ts';
import { EVIDENCE } from '../plan-tables.ts';
import { size } from '../session-rows.ts';
import { fromTitle } from '../titles.ts';
import { scriptJson } from './html.ts';
import type { PageColumn, PageData, PageFile, PagePick, PageVersion } from './page-data.ts';
import { hueOf, type Participants } from './participants.ts';
import { ratingsOf } from './ratings.ts';
import type { ComparedPass, ComparedTree, ReportSource } from './report-input.ts';

/** Bytes of one version that is still shown. */
const LARGEST = 2 * 2 ** 20;
/** Bytes of all contents together, before they are compressed. */
const ALL = 128 * 2 ** 20;
/** Bytes of contents in a chunk: what the page unpacks at once. */
const CHUNK = 256 * 2 ** 10;
const LARGEST_PICTURE = 512 * 2 ** 10;
const PICTURES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
};

/** Which contents are kept, and where: filled while the index is written, read when the chunks are. */
interface Kept {
  readonly contents: PageData['contents'][number][];
  /** Object ids of the contents of each chunk. */
  readonly chunks: string[][];
  readonly keep: (oid: string, length: number) => number;
}

/** The JSON of the index, and then the compressed chunks as base64, each made when it is asked for. */
export interface Embedded {
  readonly paths: readonly string[];
  /** To be used up before `chunks` is begun. */
  readonly index: () => Generator<string>;
  readonly chunks: () => AsyncGenerator<string>;
}

export function embed(source: ReportSource, participants: Participants): Embedded {
  const kept = keeper();
  const pathsOf = source.passes.map(orderedPaths);
  return {
    paths: [...new Set(pathsOf.flat())],
    *index() {
      yield '{"passes":[';
      for (const [i, pass] of source.passes.entries()) {
        const columns = pass.columns.map(
          ({ id }): PageColumn => ({ id, title: participants.title(id), hue: participants.hue(id) }),
        );
        yield `${i > 0 ? ',' : ''}{"number":${pass.number},"columns":${scriptJson(columns)},"files":[`;
        let separator = '';
        for (const file of filesOf(pass, pathsOf[i]!, source, participants, kept.keep)) {
          yield separator + scriptJson(file);
          separator = ',';
        }
        yield ']}';
      }
      yield `],"contents":${scriptJson(kept.contents)}}`;
    },
    async *chunks() {
      for (const oids of kept.chunks) {
        const pieces: Buffer[] = [];
        for await (const piece of Readable.from(await source.read(oids)).pipe(createGzip())) pieces.push(piece);
        yield Buffer.concat(pieces).toString('base64');
      }
    },
  };
}

function keeper(): Kept {
  const contents: PageData['contents'][number][] = [];
  const chunks: string[][] = [];
  const numbers = new Map<string, number>();
  let [filled, bytes] = [CHUNK, 0];
  const keep = (oid: string, length: number): number => {
    const known = numbers.get(oid);
    if (known !== undefined) return known;
    if (bytes + length > ALL) return -1;
    if (filled >= CHUNK) {
      chunks.push([]);
      filled = 0;
    }
    chunks.at(-1)!.push(oid);
    contents.push([chunks.length - 1, filled, length]);
    filled += length;
    bytes += length;
    numbers.set(oid, contents.length - 1);
    return contents.length - 1;
  };
  return { contents, chunks, keep };
}

type Keep = Kept['keep'];

/** The plan's files in its order (the page links to them by their place), then what else was changed. */
function orderedPaths({ plan, columns }: ComparedPass): string[] {
  const picked = (plan?.files ?? []).map(({ path }) => path);
  return [...new Set([...picked, ...columns.flatMap(({ changes }) => changes.map(({ path }) => path)).sort()])];
}

function* filesOf(
  pass: ComparedPass,
  paths: readonly string[],
  source: ReportSource,
  participants: Participants,
  keep: Keep,
): Generator<PageFile> {
  const changed = pass.columns.map(({ changes }) => new Map(changes.map((change) => [change.path, change])));
  const picks = new Map((pass.plan?.files ?? []).map((pick) => [pick.path, pick]));
  const undecided = new Set(pass.plan?.undecided ?? []);
  const ratings = ratingsOf(source.record.passes.find(({ number }) => number === pass.number)?.judgements ?? []);
  for (const path of paths) {
    const changes = changed.map((of) => of.get(path));
    const pick = picks.get(path);
    const chosen = pick && chosenColumns(pick, pass.columns);
    const counted = changes[chosen?.[0] ?? -1] ?? changes.findLast((change) => change !== undefined);
    const rated = ratings.get(path);
    yield {
      path,
      added: counted?.uncounted ? null : (counted?.addedLines ?? 0),
      deleted: counted?.uncounted ? null : (counted?.deletedLines ?? 0),
      pick: pick ? pickOf(pick, chosen!, undecided, participants) : null,
      versions: versionsOf(path, changes, changed, source.sizes, keep),
      ...(rated ? { ratings: rated } : {}),
    };
  }
}

/** The columns that hold the version which the plan takes. */
function chosenColumns({ from }: Pick, columns: readonly ComparedTree[]): number[] {
  const made = columns.findIndex(({ id }) => id === 'result');
  const own = columns.findIndex(({ id }) => id === from);
  return [made, own].filter((column) => column >= 0);
}

const pickOf = (
  pick: Pick,
  columns: number[],
  undecided: ReadonlySet<string>,
  participants: Participants,
): PagePick => ({
  from: fromTitle(pick.from, participants.titles),
  columns,
  hue: hueOf(pick.from, participants),
  why: pick.why,
  evidence: EVIDENCE[pick.by],
  sure: Math.round(pick.confidence * 100),
  deletes: pick.action === 'delete',
  undecided: undecided.has(pick.path),
});

type Entry = Change['after'];

function versionsOf(
  path: string,
  changes: readonly (Change | undefined)[],
  changed: readonly ReadonlyMap<string, Change>[],
  sizes: ReadonlyMap<string, number>,
  keep: Keep,
): (PageVersion | null)[] {
  const binary = changes.some((change) => change?.binary);
  const before = changes.find((change) => change?.before)?.before ?? null;
  const moved = [...new Set(changes.flatMap((change) => change?.renamedFrom ?? []))];
  // Where all agree on where a file comes from, it is compared with that.
  const origin = before === null && moved.length === 1 ? moved[0]! : null;
  const base = before ?? (origin === null ? null : (changed.flatMap((of) => of.get(origin)?.before ?? [])[0] ?? null));
  return changes.map((change, column) => {
    const entry: Entry = column === 0 ? base : change ? change.after : before;
    if (entry === null) return null;
    const version = versionOf(path, entry, binary, sizes.get(entry.oid) ?? null, keep);
    const renamedFrom = column === 0 ? origin : (change?.renamedFrom ?? null);
    return renamedFrom === null ? version : { ...version, renamedFrom };
  });
}

function versionOf(
  path: string,
  { oid, mode }: NonNullable<Entry>,
  binary: boolean,
  known: number | null,
  keep: Keep,
): PageVersion {
  const notes: string[] = [];
  const bytes = known ?? 0;
  const facts = () => ({ oid: `${oid}${mode}`, bytes, ...(notes.length > 0 ? { notes } : {}) });
  if (mode === SUBMODULE) {
    notes.push(`submodule at ${oid}`);
    return { content: -1, ...facts() };
  }
  if (mode === EXECUTABLE) notes.push('executable');
  if (mode === LINK) notes.push('symbolic link');
  if (known === null) {
    notes.push('never fetched into this clone');
    return { content: -1, ...facts() };
  }
  const image = binary ? PICTURES[path.split('.').at(-1)!.toLowerCase()] : undefined;
  if (binary && (image === undefined || bytes > LARGEST_PICTURE)) {
    notes.push(`not text, ${size(bytes)}`);
    return { content: -1, ...facts() };
  }
  const content = bytes > LARGEST ? -1 : keep(oid, bytes);
  if (content < 0) notes.push(`${size(bytes)}: too large for this page`);
  return { content, ...facts(), ...(image ? { image } : {}) };
}
