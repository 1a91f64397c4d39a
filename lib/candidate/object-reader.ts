// Reads objects through one git for as long as the store is used: starting one for each question costs more than its
// answer. It ends when this program does, since its input ends then.
import { gitConversation, gitEnded } from '../system/git.ts';
import type { Conversation } from '../system/own-command.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privatePlace } from './private-git.ts';

/** What an object is; null in its place where the store has none of that name. */
export interface ObjectInfo {
  readonly oid: string;
  readonly kind: string;
  /** Bytes. */
  readonly size: number;
}

export interface ObjectContent extends ObjectInfo {
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

/** What objects are, in the same order. @param names ids, or what names an object, such as `<id>^{tree}` */
export const objectInfos = (store: CandidateStore, names: readonly string[]): Promise<readonly (ObjectInfo | null)[]> =>
  readerOf(store).ask(names, false);

/** What objects hold, in the same order; all of it in memory. @param names as above */
export const objectContents = (
  store: CandidateStore,
  names: readonly string[],
): Promise<readonly (ObjectContent | null)[]> => readerOf(store).ask(names, true);

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
