// The versions of each file, as data that the page unpacks when a reader gets there: an index of all files, and their
// contents in compressed chunks. Only a chunk at a time is in memory.
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Change, type Pick, RESULT } from '../../core/candidate.ts';
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

/** The files of all passes. The index is to be used up before the chunks are begun: it fills them. */
export class EmbeddedFiles {
  readonly paths: readonly string[];
  readonly #source: ReportSource;
  readonly #participants: Participants;
  /** By pass. */
  readonly #ordered: readonly string[][];
  /** Which contents are kept, and the object ids of the contents of each chunk. */
  readonly #contents: PageData['contents'][number][] = [];
  readonly #chunks: string[][] = [];
  readonly #numbers = new Map<string, number>();
  #filled = CHUNK;
  #bytes = 0;

  constructor(source: ReportSource, participants: Participants) {
    this.#source = source;
    this.#participants = participants;
    this.#ordered = source.passes.map(orderedPaths);
    this.paths = [...new Set(this.#ordered.flat())];
  }

  /** The JSON of the index. */
  *index(): Generator<string> {
    const { title, hue } = this.#participants;
    yield '{"passes":[';
    for (const [i, pass] of this.#source.passes.entries()) {
      const columns = pass.columns.map(({ id }): PageColumn => ({ id, title: title(id), hue: hue(id) }));
      const takes = scriptJson(this.#takesOf(pass.number));
      yield `${i > 0 ? ',' : ''}{"number":${pass.number},"columns":${scriptJson(columns)},"takes":${takes},"files":[`;
      let separator = '';
      for (const file of this.#files(pass, this.#ordered[i]!)) {
        yield separator + scriptJson(file);
        separator = ',';
      }
      yield ']}';
    }
    const { record, events } = this.#source;
    const isReviewed = events.some((event) => event.type === 'step_start' && event.executor === 'review');
    yield `],"contents":${scriptJson(this.#contents)}`;
    yield `${isReviewed ? `,"session":${scriptJson(record.session_id)}` : ''}}`;
  }

  #takesOf(number: number): readonly string[] {
    const models = this.#source.record.passes.find((pass) => pass.number === number)?.models ?? {};
    return Object.entries(models).flatMap(([id, { status }]) => (status === 'ok' ? [id] : []));
  }

  /** The compressed chunks as base64, each made when it is asked for. */
  async *chunks(): AsyncGenerator<string> {
    for (const oids of this.#chunks) {
      const pieces: Buffer[] = [];
      for await (const piece of Readable.from(await this.#source.read(oids)).pipe(createGzip())) pieces.push(piece);
      yield Buffer.concat(pieces).toString('base64');
    }
  }

  *#files(pass: ComparedPass, paths: readonly string[]): Generator<PageFile> {
    const { record } = this.#source;
    const changed = pass.columns.map(({ changes }) => new Map(changes.map((change) => [change.path, change])));
    const picks = new Map((pass.plan?.files ?? []).map((pick) => [pick.path, pick]));
    const undecided = new Set(pass.plan?.undecided);
    const ratings = ratingsOf(record.passes.find(({ number }) => number === pass.number)?.judgements ?? []);
    for (const path of paths) {
      const changes = changed.map((of) => of.get(path));
      const pick = picks.get(path);
      const chosen = pick ? chosenColumns(pick, pass.columns) : [];
      const counted = changes[chosen[0] ?? -1] ?? changes.findLast((change) => change !== undefined);
      const rated = ratings.get(path);
      const together = pass.plan?.together?.find((unit) => unit.includes(path));
      yield {
        path,
        added: counted?.uncounted ? null : (counted?.addedLines ?? 0),
        deleted: counted?.uncounted ? null : (counted?.deletedLines ?? 0),
        pick: pick ? this.#pick(pick, chosen, undecided) : null,
        versions: this.#versions(path, changes, changed),
        ...(together ? { together: together.filter((each) => each !== path) } : {}),
        ...(rated ? { ratings: rated } : {}),
      };
    }
  }

  #pick({ path, from, why, by, confidence, action }: Pick, columns: number[], undecided: Set<string>): PagePick {
    return {
      from: fromTitle(from, this.#participants.titles),
      columns,
      hue: hueOf(from, this.#participants),
      why,
      evidence: EVIDENCE[by],
      sure: Math.round(confidence * 100),
      deletes: action === 'delete',
      undecided: undecided.has(path),
    };
  }

  #versions(
    path: string,
    changes: readonly (Change | undefined)[],
    changed: readonly ReadonlyMap<string, Change>[],
  ): (PageVersion | null)[] {
    const binary = changes.some((change) => change?.binary);
    const before = changes.find((change) => change?.before)?.before ?? null;
    const moved = [...new Set(changes.flatMap((change) => change?.renamedFrom ?? []))];
    // Where all agree on where a file comes from, it is compared with that.
    const origin = before === null && moved.length === 1 ? moved[0]! : null;
    const base =
      before ?? (origin === null ? null : (changed.flatMap((of) => of.get(origin)?.before ?? [])[0] ?? null));
    return changes.map((change, column) => {
      const entry = column === 0 ? base : change ? change.after : before;
      if (entry === null) return null;
      const version = this.#version(path, entry, binary);
      const renamedFrom = column === 0 ? origin : (change?.renamedFrom ?? null);
      return renamedFrom === null ? version : { ...version, renamedFrom };
    });
  }

  #version(path: string, { oid, mode }: NonNullable<Change['after']>, binary: boolean): PageVersion {
    const known = this.#source.sizes.get(oid) ?? null;
    const bytes = known ?? 0;
    const of = { oid: `${oid}${mode}`, bytes };
    if (mode === SUBMODULE) return { content: -1, ...of, notes: [`submodule at ${oid}`] };
    const notes = [...(mode === EXECUTABLE ? ['executable'] : []), ...(mode === LINK ? ['symbolic link'] : [])];
    if (known === null) return { content: -1, ...of, notes: [...notes, 'never fetched into this clone'] };
    const image = binary ? PICTURES[path.split('.').at(-1)!.toLowerCase()] : undefined;
    if (binary && (image === undefined || bytes > LARGEST_PICTURE))
      return { content: -1, ...of, notes: [...notes, `not text, ${size(bytes)}`] };
    const content = bytes > LARGEST ? -1 : this.#keep(oid, bytes);
    if (content < 0) notes.push(`${size(bytes)}: too large for this page`);
    return { content, ...of, ...(notes.length > 0 ? { notes } : {}), ...(image ? { image } : {}) };
  }

  /** The number of a content in the index; -1: there is no more room. */
  #keep(oid: string, length: number): number {
    const known = this.#numbers.get(oid);
    if (known !== undefined) return known;
    if (this.#bytes + length > ALL) return -1;
    if (this.#filled >= CHUNK) {
      this.#chunks.push([]);
      this.#filled = 0;
    }
    this.#chunks.at(-1)!.push(oid);
    this.#numbers.set(oid, this.#contents.length);
    const number = this.#contents.push([this.#chunks.length - 1, this.#filled, length]) - 1;
    this.#filled += length;
    this.#bytes += length;
    return number;
  }
}

/** The plan's files in its order (the page links to them by their place), then what else was changed. */
function orderedPaths({ plan, columns }: ComparedPass): string[] {
  const picked = (plan?.files ?? []).map(({ path }) => path);
  return [...new Set([...picked, ...columns.flatMap(({ changes }) => changes.map(({ path }) => path)).sort()])];
}

/** The columns that hold the version which the plan takes. */
function chosenColumns({ from }: Pick, columns: readonly ComparedTree[]): number[] {
  const made = columns.findIndex(({ id }) => id === RESULT);
  const own = columns.findIndex(({ id }) => id === from);
  return [made, own].filter((column) => column >= 0);
}
