// The candidates' versions as a prompt shows them: a block for each candidate under its letter, in front of them what
// of the original they all refer to. Nothing stands there twice, and what is cut for its length is said.
import type { FileDiff } from '../candidate/diff.ts';
import { BASE } from '../core/candidate.ts';
import { groupBy } from '../core/group-by.ts';
import { toldOnce } from '../evidence/told-once.ts';
import { letterOf, type Order } from '../evidence/votes.ts';
import { fenced } from './fenced.ts';
import { type JudgedVersions, shower, shownPath } from './judged-versions.ts';

/** A text in a fence. */
interface Shown {
  readonly text: string;
  readonly language: string;
  /** Bytes of the whole difference, where only its beginning was read. */
  readonly of?: number;
}

interface Version extends Shown {
  readonly id: string;
  readonly path: string;
}

const ORIGINAL =
  '## The original\n\n' +
  "The lines that candidates change, with their numbers, and those around them. A candidate's lines below stand in " +
  'the place of these; all other lines are as they were.';

/**
 * Of equal versions one is shown, the others name its candidate; the same goes for equal changes within a file.
 * @param showing whose version is shown: the first one's. The same in both orders, so that the versions themselves
 *   change places too, and a judge that means a version names the same candidate both times
 * @param diffs of the versions that are shown (`shownDiffs`)
 */
export function candidateBlocks(
  order: Order,
  showing: Order,
  judged: JudgedVersions,
  diffs: ReadonlyMap<string, readonly FileDiff[]>,
): string {
  const nameOf = (id: string) => `candidate ${letterOf(order.indexOf(id))}`;
  const wanted = new Set(judged.paths);
  const all = showing.flatMap((id) => diffs.get(id)!.map((diff) => ({ id, diff })));
  const files = [
    ...groupBy(
      all.filter(({ diff }) => wanted.has(diff.path)),
      ({ diff }) => diff.path,
    ),
  ].map(([path, own]) => inFile(path, own, nameOf));
  const texts = files.flatMap(({ original, versions }) => [...(original ? [original] : []), ...versions]);
  const most = share(
    texts.map(({ text }) => Buffer.byteLength(text)),
    judged.room,
  );
  const originals = files.flatMap(({ path, original }) => (original ? [section(path, original, most)] : []));
  const blocks = order.map((id, place) => {
    const own = files.flatMap(({ versions }) => versions.filter((each) => each.id === id));
    const parts = own.map((each) => section(each.path, each, most));
    for (const [other, same] of groupBy(judged.paths, (path) => shower(judged, path, id, showing)))
      if (other === BASE) parts.push(`Left as in the original: ${same.map(shownPath).join(', ')}`);
      else if (other !== id) parts.push(`The same as ${nameOf(other)}'s: ${same.map(shownPath).join(', ')}`);
    return `## Candidate ${letterOf(place)}\n\n${parts.join('\n\n')}`;
  });
  return [...(originals.length > 0 ? [[ORIGINAL, ...originals].join('\n\n')] : []), ...blocks].join('\n\n');
}

/** What is shown of a file: its versions, and what of the original they refer to. */
function inFile(
  path: string,
  own: readonly { readonly id: string; readonly diff: FileDiff }[],
  nameOf: (id: string) => string,
): { readonly path: string; readonly original: Shown | null; readonly versions: readonly Version[] } {
  const once = own.some(({ diff }) => diff.cut)
    ? null
    : toldOnce(
        own.map(({ diff }) => diff.text),
        own.map(({ id }) => nameOf(id)),
      );
  const versions = own.map(({ id, diff }, i) => {
    const shown = once ? { text: once.versions[i]!, language: 'diff' } : alone(diff);
    return { id, path, ...shown };
  });
  return { path, versions, original: once?.original ? { text: once.original, language: '' } : null };
}

/** A version that stands for itself: its difference, without what is said of its length. */
const alone = ({ text, cut, bytes }: FileDiff): Shown =>
  cut
    ? { text: text.slice(0, text.lastIndexOf('[… cut here')), language: 'diff', of: bytes }
    : { text, language: 'diff' };

/** @param most bytes of the text that are shown */
function section(path: string, { text, language, of }: Shown, most: number): string {
  const bytes = Buffer.byteLength(text);
  const kept = bytes > most ? beginning(text, most) : text;
  const shown = Buffer.byteLength(kept);
  const isCut = shown < bytes || of !== undefined;
  const parts = [
    `### ${shownPath(path)}`,
    ...(text === ''
      ? []
      : [fenced(isCut ? `${kept}[… cut here: ${shown} of ${of ?? bytes} bytes are shown …]\n` : kept, language)]),
    ...(isCut ? [`(Cut: the whole difference has ${of ?? bytes} bytes.)`] : []),
  ];
  return parts.join('\n\n');
}

/** Whole lines of a text, at most so many bytes. */
function beginning(text: string, most: number): string {
  const cut = Buffer.from(text).subarray(0, most).toString();
  return cut.slice(0, cut.lastIndexOf('\n') + 1);
}

/** The most that each text may take, so that all together fit: short ones leave their room to the long ones. */
function share(sizes: readonly number[], room: number): number {
  let [left, number] = [room, sizes.length];
  for (const size of [...sizes].sort((a, b) => a - b)) {
    if (size * number > left) return Math.floor(left / number);
    left -= size;
    number--;
  }
  return room;
}
