// Several candidates' diffs of one file, told so that nothing stands there twice: the lines of the original that any of
// them touches, once, and of each candidate the lines that it puts in their place. Knows texts only.

/** Lines that take the place of others. */
interface Run {
  /** The first line of the original that goes, or behind which `added` comes where none goes. */
  readonly at: number;
  readonly removed: number;
  readonly added: readonly string[];
}

interface Parsed {
  /** Lines of the original by their numbers, as far as the diff has them. */
  readonly lines: ReadonlyMap<number, string>;
  readonly runs: readonly Run[];
}

export interface ToldOnce {
  /** The lines that are touched, with their numbers and what is around them; empty where all versions are new texts. */
  readonly original: string;
  /** A text for each diff, in their order. */
  readonly versions: readonly string[];
}

/** It is told so where it saves this much: a diff as everyone knows it is easier to read. */
const WORTH = 0.75;
/** And so many characters. */
const LEAST_SAVING = 500;
/** So few lines are told again rather than looked up at another candidate's. */
const FEW_LINES = 3;

/**
 * @param diffs unified diffs of the same file against the same original
 * @param names what each diff's author is called where another has the same lines
 * @returns null where it saves too little, or one is no plain change of a text's lines
 */
export function toldOnce(diffs: readonly string[], names: readonly string[]): ToldOnce | null {
  if (diffs.length < 2) return null;
  const parsed = diffs.map(parse).filter((each) => each !== null);
  if (parsed.length < diffs.length) return null;
  const original = parsed.every(isWrittenAnew) ? '' : numbered(new Map(parsed.flatMap(({ lines }) => [...lines])));
  const first = new Map<string, string>();
  const versions = parsed.map(({ runs }, i) => runs.map((run) => told(run, names[i]!, first)).join(''));
  const length = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0);
  const [before, after] = [length(diffs), length([original, ...versions])];
  return after <= WORTH * before && before - after >= LEAST_SAVING ? { original, versions } : null;
}

/** Next to nothing of the original is left: a reader learns nothing from it. */
function isWrittenAnew({ lines, runs }: Parsed): boolean {
  const removed = runs.reduce((sum, run) => sum + run.removed, 0);
  return lines.has(1) && removed >= 20 && removed >= 0.9 * lines.size && runs.length * 10 < removed;
}

function parse(diff: string): Parsed | null {
  const [head, ...hunks] = diff.split(/^(?=@@ )/m);
  // a new file, a new name, another mode: that is more than lines
  if (!/^diff --git .*\nindex .*\n--- a\/.*\n\+\+\+ b\/.*\n$/.test(head!) || hunks.length === 0) return null;
  const lines = new Map<number, string>();
  const runs: { at: number; removed: number; added: string[] }[] = [];
  for (const hunk of hunks) {
    const [title = '', ...body] = hunk.replace(/\n$/, '').split('\n');
    const start = /^@@ -(\d+)(,0)?/.exec(title);
    if (start === null) return null;
    let number = Number(start[1]) + (start[2] ? 1 : 0);
    let run: (typeof runs)[number] | null = null;
    for (const line of body) {
      if (!/^[ +-]/.test(line)) return null; // cut, or a last line without an end
      if (line[0] === ' ') run = null;
      else if (run === null) {
        run = { at: number, removed: 0, added: [] };
        runs.push(run);
      }
      if (line[0] === '-') run!.removed++;
      if (line[0] === '+') run!.added.push(line);
      else lines.set(number++, line.slice(1));
    }
  }
  return { lines, runs };
}

function told({ at, removed, added }: Run, name: string, first: Map<string, string>): string {
  const lines = removed > 1 ? `lines ${at}-${at + removed - 1}` : `line ${at}`;
  const where = removed === 0 ? (at === 1 ? 'before line 1' : `after line ${at - 1}`) : lines;
  if (added.length === 0) return `@@ without ${where} @@\n`;
  const what = removed === 0 ? `${where} comes` : `in the place of ${where}`;
  const text = added.join('\n');
  const key = `${what}\n${text}`;
  const author = first.get(key);
  if (author !== undefined && author !== name && added.length > FEW_LINES)
    return `@@ ${what} the same as ${author}'s @@\n`;
  first.set(key, author ?? name);
  return `@@ ${what} @@\n${text}\n`;
}

/** Lines in their order, each behind its number; a line of dots stands where some are left out. */
function numbered(lines: ReadonlyMap<number, string>): string {
  const numbers = [...lines.keys()].sort((a, b) => a - b);
  const width = String(numbers.at(-1) ?? 0).length;
  return numbers
    .map((number, i) => {
      const gap = number > (numbers[i - 1] ?? 0) + 1 ? '…\n' : '';
      return `${gap}${String(number).padStart(width)} ${lines.get(number)}\n`;
    })
    .join('');
}
