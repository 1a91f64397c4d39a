// What a judge gets to see of the candidates: the files that have several versions, as far as they fit into a prompt,
// each version once. Asks nobody.
import type { CandidateStore } from '../candidate/candidate-store.ts';
import { type FileDiff, fileDiffs } from '../candidate/diff.ts';
import { BASE, type Candidate } from '../core/candidate.ts';
import type { Json } from '../core/json.ts';
import { changedPaths, sharedName, versionsOf } from '../evidence/selection.ts';
import type { Order } from '../evidence/votes.ts';
import type { Participant } from './model-question.ts';

/** What of a version has to fit in at least, in bytes of its diff; with less there is nothing to judge by. */
const LEAST_ROOM = 2_000;

/** How much of all diffs together goes into a prompt, in bytes: on standard input, and as an argument. */
const PROMPT_ROOM = { stdin: 600_000, argument: 90_000 };

/** A token is about so many bytes of code. */
const TOKEN_BYTES = 4;

/** How a step says how long a prompt may become. */
export const BUDGET = {
  tokens: {
    type: 'integer',
    minimum: LEAST_ROOM / TOKEN_BYTES,
    description: 'How much of a prompt the versions of the candidates may take, in tokens; what is longer is cut.',
  },
} as const;

/** How a step says what is chosen of what it is asked about. */
export const GRAIN = {
  grain: {
    enum: ['candidate', 'file', 'hunk'],
    description:
      'What is chosen afterwards, as `compose` says it: nobody is asked about what is decided by what was measured, ' +
      'nor again about what stays as it is chosen without a judge. Absent: about all that differs, twice.',
  },
} as const;

/** Bytes of diffs that go into a prompt for this slot's model. */
export const roomFor = ({ backends, current }: Participant): number =>
  backends[current]!.stdin === null ? PROMPT_ROOM.argument : PROMPT_ROOM.stdin;

/** The same within what a step allows: how many files are judged does not depend on that. */
export const budgetFor = (participant: Participant, tokens: Json | undefined): number =>
  Math.min(roomFor(participant), typeof tokens === 'number' ? tokens * TOKEN_BYTES : Number.POSITIVE_INFINITY);

/** The slots that a step asks: one, or a list. */
export const judgesOf = (value: Json): readonly string[] =>
  Array.isArray(value) ? (value as readonly string[]) : [String(value)];

/** A path that is no single line would write lines of its own into the prompt: it is shown as JSON has it. */
export const shownPath = (path: string): string => (/\p{C}|[\u2028\u2029]/u.test(path) ? JSON.stringify(path) : path);

/** Files of which there is more than one version. */
export function contested(all: readonly Candidate[]): readonly string[] {
  return changedPaths(all).filter((path) => versionsOf(all, path).size > 1);
}

/**
 * Those of the contested files that a judge can be asked about at once. Where that is not all, the ones with the
 * smallest changes: so most can be looked at whole, and what was generated stays out.
 * @param room bytes of diffs that go into a prompt
 */
export function fitting(all: readonly Candidate[], paths: readonly string[], room: number): readonly string[] {
  const sized = paths.map((path) => ({
    path,
    versions: [...versionsOf(all, path)].filter((content) => content !== BASE).length,
    lines: Math.max(
      ...all.map(({ changes }) => (changes.get(path)?.addedLines ?? 0) + (changes.get(path)?.deletedLines ?? 0)),
    ),
  }));
  const fit = new Set<string>();
  let left = Math.floor(room / LEAST_ROOM);
  for (const { path, versions } of sized.sort((a, b) => a.lines - b.lines)) {
    left -= versions;
    if (left < 0 && fit.size > 0) break;
    fit.add(path);
  }
  return paths.filter((path) => fit.has(path));
}

export interface JudgedVersions {
  readonly all: readonly Candidate[];
  readonly paths: readonly string[];
  /** Bytes for all diffs together. */
  readonly room: number;
}

/** Who shows a version of a path: the first in `showing` that has it, or `base`. */
export const shower = ({ all }: JudgedVersions, path: string, id: string, showing: Order): string =>
  sharedName(all, path, id, showing);

/** The paths of which each candidate's version is shown. */
const shownPaths = (judged: JudgedVersions, showing: Order): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    showing.map(
      (id) => [id, new Set(judged.paths.filter((path) => shower(judged, path, id, showing) === id))] as const,
    ),
  );

/** Told once, diffs are shorter than git's: so many times what a prompt has room for is read of them. */
const READ_MORE = 4;

/** Each candidate's diffs, of the versions that are shown of it; read once for all orders. */
export async function shownDiffs(
  store: CandidateStore,
  base: string,
  judged: JudgedVersions,
  showing: Order,
): Promise<ReadonlyMap<string, readonly FileDiff[]>> {
  const own = shownPaths(judged, showing);
  const versions = [...own.values()].reduce((sum, each) => sum + each.size, 0);
  const perFile = Math.max(LEAST_ROOM, Math.floor((READ_MORE * judged.room) / versions));
  const read = [...own].map(async ([id, mine]) => {
    const { tree } = judged.all.find((candidate) => candidate.id === id)!;
    return [id, mine.size === 0 ? [] : await fileDiffs(store, base, tree, perFile, mine)] as const;
  });
  return new Map(await Promise.all(read));
}
