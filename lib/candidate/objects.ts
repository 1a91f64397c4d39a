// Objects of the store, in and out, all of each in memory: for small files only. They are read through one git for as
// long as the store is used, since starting one for each question costs more than its answer; it ends when this program
// does, as its input ends then. A few are written as git writes them, each in a file of its own; many are git's
// (`add`).
import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { exists } from '../system/files.ts';
import { GitError, gitConversation, gitEnded } from '../system/git.ts';
import { objectId } from '../system/git-dir.ts';
import type { Conversation } from '../system/own-command.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privatePlace } from './private-git.ts';

/** The contents of blobs, in the same order. @throws GitError when one is missing */
export const readBlobs = (store: CandidateStore, oids: readonly string[]): Promise<Uint8Array[]> =>
  readObjects(store, 'blob', oids);

/**
 * The same of any kind of object.
 * @param oids ids, or what names an object
 * @throws GitError when one is missing
 */
export async function readObjects(
  store: CandidateStore,
  kind: 'blob' | 'tree',
  oids: readonly string[],
): Promise<Uint8Array[]> {
  const found = await readerOf(store).ask(oids, true);
  return found.map((object, i) => {
    if (object?.kind === kind) return object.bytes;
    const stderr = `${oids[i]} is no ${kind} of ${store.dir}`;
    throw new GitError(['cat-file', kind, oids[i]!], { code: 128, stdout: '', bytes: new Uint8Array(), stderr });
  });
}

/** Bytes of each blob, by id; without those that were never fetched into this clone. */
export async function blobSizes(store: CandidateStore, oids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = await readerOf(store).ask(oids, false);
  return new Map(found.flatMap((object) => (object === null ? [] : [[object.oid, object.size] as const])));
}

/** Of some blobs, those that are not here. */
export async function missingBlobs(store: CandidateStore, oids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = [...new Set(oids)];
  const found = await readerOf(store).ask(wanted, false);
  return new Set(wanted.filter((_, i) => found[i] === null));
}

/** Keeps a content, and returns its id. */
export const writeBlob = (store: CandidateStore, content: Uint8Array): Promise<string> =>
  writeObject(store, 'blob', content);

const compressed = promisify(deflate);

/** Keeps a content, and returns its id. What is there already is not written again. */
export async function writeObject(store: CandidateStore, kind: 'blob' | 'tree', content: Uint8Array): Promise<string> {
  const oid = objectId(store.objectFormat, kind, content);
  const folder = join(store.dir, 'objects', oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  if (await exists(file)) return oid;
  const bytes = await compressed(Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]));
  await mkdir(folder, { recursive: true });
  // git takes files of this name for its own unfinished ones, and clears them away
  const unfinished = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  await writeFile(unfinished, bytes, { mode: 0o444, flag: 'wx' });
  await rename(unfinished, file);
  return oid;
}

interface ObjectContent {
  readonly oid: string;
  readonly kind: string;
  /** Bytes. */
  readonly size: number;
  /** Empty where they were not asked for. */
  readonly bytes: Buffer;
}

const ARGUMENTS = ['cat-file', '--batch-command=%(objectname) %(objecttype) %(objectsize)', '--buffer'];

/** Questions of one call: how many answers are still to come, and those that have. */
interface Asked {
  readonly withBytes: boolean;
  readonly count: number;
  readonly answers: (ObjectContent | null)[];
  readonly resolve: (answers: (ObjectContent | null)[]) => void;
  readonly reject: (error: unknown) => void;
}

const readers = new WeakMap<CandidateStore['known'], Reader>();

function readerOf(store: CandidateStore): Reader {
  const reader = readers.get(store.known) ?? new Reader(store);
  readers.set(store.known, reader);
  return reader;
}

class Reader {
  readonly #store: CandidateStore;
  readonly #asked: Asked[] = [];
  #git: Conversation | null = null;
  /** What was printed and not understood yet, and how much there must be of it before it is looked at. */
  #pieces: Buffer[] = [];
  #length = 0;
  #needed = 1;

  constructor(store: CandidateStore) {
    this.#store = store;
  }

  /**
   * What objects are, and with their bytes what they hold, in the same order; null in the place of one that is not
   * here.
   * @param names ids, or what names an object, such as `<id>^{tree}`
   */
  ask(names: readonly string[], withBytes: boolean): Promise<(ObjectContent | null)[]> {
    if (names.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const git = this.#start();
      this.#asked.push({ withBytes, count: names.length, answers: [], resolve, reject });
      git.await(true);
      const command = withBytes ? 'contents' : 'info';
      git.ask(`${names.map((name) => `${command} ${name}\n`).join('')}flush\n`);
    });
  }

  #start(): Conversation {
    if (this.#git !== null) return this.#git;
    const { place, options } = privatePlace(this.#store);
    const git = gitConversation(place, ARGUMENTS, options, (bytes) => this.#hear(bytes));
    const over = async (failure: () => Promise<unknown>) => {
      if (this.#git === git) this.#git = null;
      const open = this.#asked.splice(0);
      this.#pieces = [];
      [this.#length, this.#needed] = [0, 1];
      if (open.length === 0) return;
      const error = await failure();
      for (const { reject } of open) reject(error);
    };
    git.gone.then(
      (how) => over(() => gitEnded(ARGUMENTS, how)),
      (error: unknown) => over(async () => error),
    );
    this.#git = git;
    return git;
  }

  #hear(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    if (this.#length < this.#needed) return;
    let rest: Buffer = Buffer.concat(this.#pieces);
    for (let next = this.#next(rest); next !== null; next = this.#next(rest)) rest = next;
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }

  /** Takes one answer from the beginning; null where it is not there whole. */
  #next(data: Buffer): Buffer | null {
    const asked = this.#asked[0];
    const end = data.indexOf(10);
    if (asked === undefined || end < 0) {
      this.#needed = data.length + 1;
      return null;
    }
    const [oid = '', kind = '', size] = data.toString('latin1', 0, end).split(' ');
    const isThere = size !== undefined; // otherwise `<name> missing`
    const length = isThere && asked.withBytes ? Number(size) : 0;
    const over = end + 1 + length + (isThere && asked.withBytes ? 1 : 0);
    if (data.length < over) {
      this.#needed = over;
      return null;
    }
    asked.answers.push(
      isThere ? { oid, kind, size: Number(size), bytes: data.subarray(end + 1, end + 1 + length) } : null,
    );
    if (asked.answers.length === asked.count) {
      this.#asked.shift();
      asked.resolve(asked.answers);
      if (this.#asked.length === 0) this.#git?.await(false);
    }
    return data.subarray(over);
  }
}
