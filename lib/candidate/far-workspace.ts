// A workspace on another host: opened, captured, laid out again and removed there by the script of system/remote/. What
// travels is git's own: one pack there (nothing, where the base is known there), one commit back. What comes back is
// checked before it is kept. Of what is ignored there only the names are known here, and submodules and filters are not
// taken along: files are as they are committed.
import { join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import { readText } from '../system/files.ts';
import { isObjectId } from '../system/git.ts';
import { callUntil } from '../system/remote/host.ts';
import { type FarLane, prefixEnvironment } from '../system/remote/run-far.ts';
import type { CandidateStore } from './candidate-store.ts';
import { inTurn } from './in-turn.ts';
import { splitRecords } from './path-bytes.ts';
import { privateBytes, privateGit, privateText } from './private-git.ts';

/**
 * Opens a lane at the base; what is opened already is found.
 * @param known commits that the host has; the base is added
 * @returns its folder there
 */
export function openFar(store: CandidateStore, far: FarLane, known: Set<string>): Promise<Result<string>> {
  const { base } = store;
  const open = () => opened(store, far, known);
  // the pack is sent once, however many lanes begin at the same time
  return known.has(base) ? open() : inTurn(`${far.host.name} ${far.repository}`, open);
}

async function opened(store: CandidateStore, far: FarLane, known: Set<string>): Promise<Result<string>> {
  const { base, dir } = store;
  const rules = ((await readText(join(dir, 'info/exclude'))) ?? '').replace(/^(#.*)?\n/gm, ''); // git's own has remarks
  const exclude = Buffer.from(rules);
  const shallow = ((await readText(join(dir, 'shallow'))) ?? '').split('\n').filter((line) => line !== '');
  // where the host answers that the base is not there after all, all of it is sent
  const packed = (attempt: number) => (attempt === 0 && known.has(base) ? 'none' : 'pack');
  const answer = await callUntil(
    far.host,
    (attempt) => ['open', far.repository, far.id, base, packed(attempt), String(exclude.length), ...shallow],
    async (attempt) =>
      packed(attempt) === 'none'
        ? exclude
        : Buffer.concat([exclude, await packOf(store, base, attempt === 0 ? await those(store, known) : [])]),
    { env: prefixEnvironment(far) },
  );
  const tree = typeof answer === 'string' ? undefined : answer.values.get('tree')?.[0];
  if (tree === undefined) return failed(far, 'opening a lane', answer);
  known.add(base);
  return ok(tree);
}

/** What lies in a lane. */
interface SeenFar {
  /** With its objects in the store: the tree as it is on that disk. */
  readonly tree: string;
  /** What is ignored there; a folder that is ignored as a whole ends in `/`. */
  readonly ignored: readonly string[];
  /** Repositories within; of one whose files are taken only its `.git`. */
  readonly repositories: readonly string[];
}

export async function captureFar(store: CandidateStore, far: FarLane): Promise<Result<SeenFar>> {
  let beside: Uint8Array[] = [];
  const answer = await callUntil(
    far.host,
    () => {
      beside = []; // of an answer that was cut
      return ['capture', far.id];
    },
    async () => new Uint8Array(),
    { env: prefixEnvironment(far), onOutput: (_, bytes) => void beside.push(Uint8Array.from(bytes)) },
  );
  const commit = typeof answer === 'string' ? undefined : answer.values.get('commit')?.[0];
  if (typeof answer === 'string' || answer.pack === null || !isObjectId(commit ?? ''))
    return failed(far, 'capturing a lane', answer);
  const read = await privateGit(store, ['index-pack', '--stdin', '--fix-thin', '--strict'], { input: answer.pack });
  if (read.code !== 0) return failed(far, 'taking in what it made', read.stderr);
  const tree = await privateText(store, ['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`]);
  const records = splitRecords(Buffer.concat(beside));
  const of = (kind: string) =>
    records.flatMap((record) => (record.startsWith(kind) ? [record.slice(kind.length)] : []));
  const repositories = of('r ');
  const within = repositories.map((path) => `${path.replace(/\/\.git$/, '')}/`);
  const isWithin = (path: string) => within.some((folder) => path.startsWith(folder));
  return ok({ tree, ignored: of('i ').filter((path) => !isWithin(path)), repositories });
}

/** Makes its files those of a tree of the store; ignored ones stay. */
export async function layOutFar(store: CandidateStore, far: FarLane, tree: string): Promise<Result<void>> {
  const date = '@1 +0000';
  const commit = await privateText(store, ['commit-tree', '-m', 'lane', '-p', store.base, tree], {
    env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
  const pack = await packOf(store, commit, [store.base]);
  const answer = await ask(far, ['reset', far.id, commit, 'pack'], pack);
  return typeof answer === 'string' ? failed(far, 'laying out a tree', answer) : ok(undefined);
}

/** Ends what runs in a lane and deletes it; one that is not there is no failure. */
export async function removeFar(far: FarLane): Promise<Result<readonly string[]>> {
  const answer = await ask(far, ['remove', far.id]);
  if (typeof answer === 'string' && far.goes) return ok([]);
  if (typeof answer === 'string')
    return fail(hostMessages.laneLeft({ host: far.host.name, lane: far.id, why: answer }));
  return ok([`removed the lane ${far.id} from ${far.host.name}`]);
}

/** The tree of the base as it is committed, which is how a host has it on its disk. */
export const baseAsCommitted = (store: CandidateStore): Promise<string> =>
  privateText(store, ['rev-parse', '--verify', '--end-of-options', `${store.base}^{tree}`]);

/** Calls a verb of the script there, each try with the same words and input. */
const ask = (far: FarLane, words: readonly string[], input: Uint8Array = new Uint8Array()) =>
  callUntil(
    far.host,
    () => words,
    async () => input,
    { env: prefixEnvironment(far) },
  );

function packOf(store: CandidateStore, commit: string, without: readonly string[]): Promise<Uint8Array> {
  const input = [commit, ...without.map((oid) => `^${oid}`), ''].join('\n');
  const args = ['pack-objects', '--revs', '--thin', '--stdout', '--delta-base-offset', '-q'];
  return privateBytes(store, args, { input });
}

/** The commits among them that we have, too. */
async function those(store: CandidateStore, known: ReadonlySet<string>): Promise<readonly string[]> {
  if (known.size === 0) return [];
  const input = [...known].map((oid) => `${oid}\n`).join('');
  const found = await privateText(store, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input });
  return found.split('\n').flatMap((line) => (line.endsWith(' commit') ? [line.slice(0, -' commit'.length)] : []));
}

const failed = (
  { host }: FarLane,
  what: string,
  answer: Awaited<ReturnType<typeof callUntil>> | string,
): Result<never> =>
  fail(hostMessages.laneFailed({ host: host.name, what, why: typeof answer === 'string' ? answer : 'no answer' }));
