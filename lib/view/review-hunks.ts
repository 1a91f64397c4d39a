// A file hunk by hunk in the review: which places there are and what is taken in each, then one of them with all that
// it can be. It asks and shows; what comes of it is put together elsewhere.
import { type Pick, PLAN } from '../core/candidate.ts';
import type { Cancelled, Choice } from '../core/question.ts';
import type { ShownHunk, ShownHunks } from '../core/review-request.ts';
import { codeBlock, plainCell } from './cell.ts';
import type { ReviewPort, Version } from './review-port.ts';
import { cut, oneLine } from './text.ts';
import { subjectTitle, type Titles } from './titles.ts';

/** Columns of a hunk's first words in the list. */
const WORDS = 44;
/** Rows that the question below a hunk and its frame take. */
const BELOW = 14;
const LEAST_LINES = 3;

/** What it needs beside the file. */
interface HunkReview {
  readonly path: string;
  readonly port: ReviewPort;
  readonly titles: Titles;
  /** Called with the file after every choice. */
  readonly took: (pick: Pick) => void;
}

/** Asks until the user is done with the file; `cancelled`: how they left it. */
export async function reviewHunks(file: ShownHunks, review: HunkReview): Promise<Cancelled | 'done'> {
  const { path, port } = review;
  const { hunks } = file;
  let taken = file.taken;
  for (let initial = 0; ; ) {
    const answer = await port.prompter.select<number>({
      message: `${path}: ${hunks.length === 1 ? 'one hunk' : `${hunks.length} hunks`}. Which one?`,
      choices: [
        ...hunks.map((hunk, i) => ({ value: i, ...inList(hunk, i, taken[i] ?? 0, review.titles) })),
        { value: -1, label: 'Done with this file' },
      ],
      initial,
      onEscape: 'is done',
    });
    if (!('answered' in answer)) return answer.by === 'escape' ? 'done' : answer;
    const at = answer.answered;
    if (at < 0) return 'done';
    const chosen = await askHunk(hunks, at, taken[at] ?? 0, review);
    if (typeof chosen !== 'number' && chosen.by !== 'escape') return chosen;
    initial = at;
    if (typeof chosen !== 'number') continue;
    taken = taken.map((version, i) => (i === at ? chosen : version));
    review.took(await file.take(taken));
    initial = at + 1; // the next one, or that this was the last
  }
}

/** Shows one with all that it can be, and asks which is taken; looking at it closer as often as wanted. */
async function askHunk(
  hunks: readonly ShownHunk[],
  at: number,
  now: number,
  { path, port, titles }: HunkReview,
): Promise<number | Cancelled> {
  const hunk = hunks[at]!;
  const place = `${path}, hunk ${at + 1} of ${hunks.length}, ${linesOf(hunk)}`;
  port.show(drawn(hunk, place, titles, port.size()));
  const takes = hunk.versions.map(({ by }, i) => takeChoice(by, i, i === now, titles));
  const choices: Choice<number | ReviewPort['tools'][number]>[] = [
    ...takes.slice(1),
    takes[0]!,
    ...port.tools.map((tool) => ({ value: tool, label: tool.label })),
  ];
  for (let initial = choices.findIndex(({ value }) => value === now); ; ) {
    const answer = await port.prompter.select({ message: place, choices, initial });
    if (!('answered' in answer)) return answer;
    if (typeof answer.answered === 'number') return answer.answered;
    await answer.answered.open(path, versionsOf(hunk, titles));
    initial = choices.findIndex(({ value }) => value === answer.answered);
  }
}

const names = (by: readonly string[], titles: Titles): string =>
  by.map((id) => (id === PLAN ? 'the plan' : subjectTitle(id, titles))).join(', ');

function takeChoice(by: readonly string[], value: number, isNow: boolean, titles: Titles): Choice<number> {
  const hint = isNow ? { hint: 'as it is now' } : {};
  if (value === 0) return { value, label: 'Leave it as it was', ...hint };
  const [first = '', ...others] = by;
  const same = others.length > 0 ? ` (${names(others, titles)}: the same)` : '';
  return { value, label: `Take ${names([first], titles)}'s${same}`, ...hint };
}

const linesOf = ({ line, count }: ShownHunk): string =>
  count === 0 ? `before line ${line}` : count === 1 ? `line ${line}` : `lines ${line} to ${line + count - 1}`;

/** `3  line 12: Ada`, and below it the first words of what is there. */
function inList(hunk: ShownHunk, at: number, now: number, titles: Titles): { label: string; hint: string } {
  const { versions } = hunk;
  const whose = now === 0 ? 'as it was' : names(versions[now]!.by, titles);
  const made = versions.slice(1);
  const words = textLines((versions[now] ?? made[0]!).text || made[0]!.text).find((text) => text.trim() !== '') ?? '';
  const among = made.map(({ by }) => names(by, titles)).join(' or ');
  return {
    label: `${at + 1}  ${linesOf(hunk)}: ${whose}`,
    hint: `${cut(oneLine(words).trim(), WORDS) || '(blank lines)'} · changed by ${among}`,
  };
}

const textLines = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** All that a place can be, each a few lines of it, in as many rows as the terminal can spare. */
function drawn(
  { versions, before }: ShownHunk,
  place: string,
  titles: Titles,
  size: { columns: number; rows: number },
) {
  const most = Math.max(LEAST_LINES, Math.floor((size.rows - BELOW) / versions.length));
  const width = Math.max(20, size.columns - 6);
  const lines = versions.flatMap(({ by, text }, i) => {
    if (i === 0 && text === '') return [];
    const all =
      text === '' ? ['(takes these lines out)'] : textLines(text).map((line) => `${i === 0 ? '-' : '+'} ${line}`);
    const left = all.length - most;
    const some = left > 1 ? [...all.slice(0, most), `… ${left} more lines`] : all;
    return [...(i === 0 ? [] : [`${names(by, titles)}:`]), ...some];
  });
  const above = textLines(before).at(-1) ?? '';
  const shown = [...(above.trim() === '' ? [] : [`  ${above}`]), ...lines].map((line) => cut(oneLine(line), width));
  return `${plainCell(place)}\n\n${codeBlock(shown.join('\n'))}`;
}

/** The same with the lines around it, for a program that shows how they differ. */
function versionsOf({ versions, before, after }: ShownHunk, titles: Titles): readonly Version[] {
  return versions.map(({ by, text }, i) => ({
    title: i === 0 ? 'as it was' : names(by, titles),
    text: before + text + after,
  }));
}
