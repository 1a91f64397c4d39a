// A file in hunks: the places in which candidates changed it, what each has there, and the file that is put together of
// some of them. Which are taken is the user's choice; what comes of it is proven like any other.
import type { CandidateStore } from '../candidate/candidate-store.ts';
import { changes } from '../candidate/changes.ts';
import { blobSizes, readBlobs, writeBlob } from '../candidate/objects.ts';
import { BASE, type Candidate, type Change, EARLIER, type Pick, PLAN, type Plan } from '../core/candidate.ts';
import { EXECUTABLE, FILE } from '../core/file-mode.ts';
import { type Hunk, hunksOf, joinHunks, LONGEST_SPLIT, linesWithEnds, takenIn } from '../core/hunks.mjs';
import type { ShownHunks } from '../core/review-request.ts';
import type { StepContext } from './executor.ts';

type Entry = NonNullable<Change['after']>;

/** A file's contents, a character a byte: they are put together again as they were. */
interface Source extends Entry {
  readonly id: string;
  readonly lines: readonly string[];
}

interface SplitFile {
  readonly path: string;
  readonly base: Source;
  readonly hunks: readonly Hunk[];
  /** The candidates' versions, and the plan's own, where it is one of the sources. */
  readonly sources: readonly Source[];
  /** Which version of each hunk the plan has; null: the plan does not have the file. */
  readonly planned: readonly number[] | null;
}

export interface Splitting {
  readonly store: CandidateStore;
  readonly baseTree: string;
  readonly all: readonly Candidate[];
  readonly plan: Plan;
  /** Sets of files that come from one hand. */
  readonly together: readonly (readonly string[])[];
}

/** The hunks of a file, or why it has none to choose among. */
export async function splitFile(of: Splitting, path: string): Promise<SplitFile | { readonly why: string }> {
  const { store, baseTree, all, plan, together } = of;
  const rest = together.find((unit) => unit.includes(path))?.filter((each) => each !== path);
  if (rest?.length === 0) return { why: 'it is locked or made from other files, and never mixed' };
  if (rest) return { why: `it comes from one hand with ${rest.join(', ')}` };
  const candidates = all.filter(({ id }) => id !== EARLIER);
  const own = (await changes(store, baseTree, plan.tree)).find((change) => change.path === path);
  const made = [...candidates.map(({ id, changes: of }) => ({ id, change: of.get(path) })), { id: PLAN, change: own }];
  const some = made.flatMap(({ id, change }) => (change ? [{ id, change }] : []));
  const why = whyWhole(some.map(({ change }) => change));
  if (why !== null) return { why };
  const edited = some.filter(({ change }) => isEdited(change));
  const before = edited[0]!.change.before!;
  const entries = [{ id: BASE, ...before }, ...edited.map(({ id, change }) => ({ id, ...change.after! }))];
  const sizes = await blobSizes(store, [...new Set(entries.map(({ oid }) => oid))]);
  const longest = Math.max(...entries.map(({ oid }) => sizes.get(oid) ?? Number.POSITIVE_INFINITY));
  if (longest === Number.POSITIVE_INFINITY) return { why: 'a version of it was never fetched into this clone' };
  if (longest > LONGEST_SPLIT) return { why: 'it is too long' };
  const contents = await readBlobs(
    store,
    entries.map(({ oid }) => oid),
  );
  const [base, ...versions] = entries.map(
    (entry, i): Source => ({ ...entry, lines: linesWithEnds(Buffer.from(contents[i]!).toString('latin1')) }),
  );
  return split(path, base!, versions, own !== undefined);
}

async function split(path: string, base: Source, versions: readonly Source[], inPlan: boolean): Promise<SplitFile> {
  const { diffArrays } = await import('diff');
  const own = versions.find(({ id }) => id === PLAN);
  const candidates = versions.filter(({ id }) => id !== PLAN);
  // numbered without the plan where that has nothing of its own: what was put together of hunks does not renumber them
  for (const sources of [candidates, versions]) {
    const hunks = hunksOf(base.lines, sources, (a, b, options) => diffArrays(a, b, options));
    const planned = takenIn(base.lines, hunks, (own ?? base).lines);
    if (planned) return { path, base, hunks, sources, planned: own || !inPlan ? planned : null };
  }
  throw new Error(`${path} is not put together of its own hunks`);
}

const isPlain = (entry: Change['after']): boolean => entry?.mode === FILE || entry?.mode === EXECUTABLE;

const isEdited = ({ before, after, binary }: Change): boolean => isPlain(before) && isPlain(after) && !binary;

/** Why a file that these changed is taken or left as a whole; null: it can be split. */
function whyWhole(changed: readonly Change[]): string | null {
  if (changed.some(isEdited)) return null;
  const has = (is: (change: Change) => boolean) => changed.some(is);
  if (has(({ before, after }) => before !== null && after !== null && !(isPlain(before) && isPlain(after))))
    return 'it is no plain file';
  if (has(({ binary }) => binary)) return 'it is not text';
  if (has(({ renamedFrom }) => renamedFrom !== null)) return 'it was renamed';
  return has(({ before }) => before === null) ? 'it is new' : 'it is deleted as a whole';
}

/** Which version of each hunk a file of the user's choice has: as the pick says that it is. */
export async function takenOf(
  { store, plan }: Part<Splitting, 'store' | 'plan'>,
  file: SplitFile,
  pick: Pick,
): Promise<readonly number[]> {
  const nothing = file.hunks.map(() => 0);
  if (pick.from === BASE) return nothing;
  const known = file.sources.find(({ id }) => id === pick.from);
  if (!pick.entry && !known) return isPlanned(plan, pick) ? (file.planned ?? nothing) : nothing;
  const lines = known?.lines ?? (await linesOf(store, pick.entry!.oid));
  return takenIn(file.base.lines, file.hunks, lines) ?? nothing;
}

type Part<T, K extends keyof T> = { readonly [Key in K]: T[Key] };

const isPlanned = ({ files }: Plan, { path, from }: Pick): boolean =>
  files.some((each) => each.path === path && each.from === from);

async function linesOf(store: CandidateStore, oid: string): Promise<string[]> {
  const [bytes] = await readBlobs(store, [oid]);
  return linesWithEnds(Buffer.from(bytes!).toString('latin1'));
}

/** The file with these versions of its hunks, as a pick: of a candidate, the plan or the base where it equals that. */
export async function pickOf(
  { store, plan }: Part<Splitting, 'store' | 'plan'>,
  file: SplitFile,
  taken: readonly number[],
  title: (id: string) => string,
): Promise<Pick> {
  const { path, base, hunks, sources } = file;
  const picked = (from: string, why: string) =>
    ({ path, from, action: 'write', why, by: 'user', confidence: 1 }) as const;
  const planned = plan.files.find((pick) => pick.path === path);
  if (planned && file.planned?.every((version, i) => version === taken[i])) return planned;
  const text = joinHunks(base.lines, hunks, taken).join('');
  if (text === base.lines.join('')) return picked(BASE, 'chosen by you');
  const whole = sources.find(({ id, lines }) => id !== PLAN && lines.join('') === text);
  if (whole) return picked(whole.id, 'chosen by you');
  const hands = handsOf(hunks, taken);
  const mode = sources.find(({ id }) => id === hands.find((hand) => hand !== BASE))?.mode ?? base.mode;
  const entry = { mode, oid: await writeBlob(store, Buffer.from(text, 'latin1')) };
  const from = [...new Set(hands.flatMap((id) => (id === PLAN ? (planned?.from ?? PLAN).split('+') : [id])))].join('+');
  return { ...picked(from, `chosen by you: ${said(hunks, taken, title)}`), entry };
}

/** Of whom all of it is: of each hunk somebody who has it so; the base where all those changed what is left alone. */
function handsOf(hunks: readonly Hunk[], taken: readonly number[]): readonly string[] {
  const by = hunks.map(({ versions }, i) => versions[taken[i] ?? 0]?.by ?? []);
  const hands = new Set<string>();
  const lacking = (wanted: (version: number) => boolean) =>
    by.filter((ids, i) => wanted(taken[i] ?? 0) && !ids.some((id) => hands.has(id)));
  for (let next = lacking((version) => version > 0)[0]; next; next = lacking((version) => version > 0)[0])
    hands.add(next[0]!);
  if (lacking((version) => version === 0).length > 0) hands.add(BASE);
  return [...hands];
}

/** `hunks 1, 3 to 5 of Ada, 2 as it was`. */
function said(hunks: readonly Hunk[], taken: readonly number[], title: (id: string) => string): string {
  const places = new Map<string, number[]>();
  for (const [i, { versions }] of hunks.entries()) {
    const version = taken[i] ?? 0;
    const whose = version === 0 ? 'as it was' : `of ${(versions[version]?.by ?? []).map(title).join(' and ')}`;
    places.set(whose, [...(places.get(whose) ?? []), i + 1]);
  }
  const parts = [...places].map(([whose, numbers]) => `${ranges(numbers)} ${whose}`);
  return `hunk${hunks.length === 1 ? '' : 's'} ${parts.join(', ')}`;
}

/** `1, 3 to 5`. */
function ranges(numbers: readonly number[]): string {
  const parts: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last && last.to === number - 1) last.to = number;
    else parts.push({ from: number, to: number });
  }
  return parts.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}

/** Lines around a hunk that are shown with it. */
const AROUND = 3;

/** The hunks of a file, with what the pick has in each; or why it has none to choose among. */
export async function reviewedHunks(
  { run }: StepContext,
  given: Omit<Splitting, 'store' | 'baseTree'>,
  path: string,
  pick: Pick,
): Promise<ShownHunks | { readonly why: string }> {
  const of = { ...given, store: run.store, baseTree: run.baseTree };
  const file = await splitFile(of, path);
  if ('why' in file) return file;
  const { lines } = file.base;
  const text = (some: readonly string[]) => Buffer.from(some.join(''), 'latin1').toString('utf8');
  return {
    hunks: file.hunks.map(({ from, to, versions }) => ({
      line: from + 1,
      count: to - from,
      versions: versions.map(({ by, lines: own }) => ({ by, text: text(own) })),
      before: text(lines.slice(Math.max(0, from - AROUND), from)),
      after: text(lines.slice(to, to + AROUND)),
    })),
    taken: await takenOf(of, file, pick),
    take: (taken) => pickOf(of, file, taken, (id) => (id === PLAN ? 'the plan' : run.title(id))),
  };
}
