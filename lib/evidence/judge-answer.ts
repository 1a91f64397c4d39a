// Reads a judge's answer out of whatever text it came in. The text is a model's: only captured paths, known letters and
// whole numbers from 1 to 5 get through, everything else becomes a sentence that says what to mend.
import { BASE } from '../core/candidate.ts';

export const RATINGS = ['correctness', 'conventions', 'quality', 'completeness', 'tests'] as const;
export type Rating = (typeof RATINGS)[number];

/** What a judge says of one file; `best` and the keys of `ratings` are letters, or `base`. */
export interface FileVerdict {
  readonly path: string;
  readonly best: string;
  readonly why: string;
  readonly ratings: ReadonlyMap<string, Readonly<Record<Rating, number>>>;
}

export interface JudgeAnswer {
  readonly files: readonly FileVerdict[];
  readonly notes: string;
}

export interface ReadAnswer {
  /** null when there is any mistake. */
  readonly answer: JudgeAnswer | null;
  /** Sentences, made to be put into the question that asks again. At most 20. */
  readonly mistakes: readonly string[];
}

const TEXT_LIMIT = 4 * 1024 * 1024;
const DEPTH_LIMIT = 32;
const TRIES = 40;
const MISTAKES = 20;

/** The end of the object that opens at `start`, -1 where it never closes or is nested too deeply. */
function closing(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const sign = text[i];
    if (quoted) {
      if (sign === '\\') i++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') {
      if (++depth > DEPTH_LIMIT) return -1;
    } else if ((sign === '}' || sign === ']') && --depth === 0) return i;
  }
  return -1;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const own = (object: Fields, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** The last object in the text that has `files`: models think aloud first and answer last. */
function findAnswer(text: string): Fields | string {
  let complaint = 'There is no JSON object with "files" in it.';
  let from = text.length;
  for (let tries = 0; tries < TRIES; tries++) {
    const key = text.lastIndexOf('"files"', from);
    if (key < 0) break;
    // The object's own brace is one of the last few before its key.
    for (
      let brace = text.lastIndexOf('{', key), steps = 0;
      brace >= 0 && steps < 8;
      brace = brace > 0 ? text.lastIndexOf('{', brace - 1) : -1, steps++
    ) {
      tries++;
      const end = closing(text, brace);
      if (end < key) continue;
      try {
        const parsed: unknown = JSON.parse(text.slice(brace, end + 1));
        if (isObject(parsed) && Array.isArray(own(parsed, 'files'))) return parsed;
        if (isObject(parsed) && own(parsed, 'files') !== undefined) complaint = '"files" is not a list.';
      } catch (error) {
        complaint = `The JSON object can't be read: ${cleaned((error as Error).message, 120)}.`;
      }
    }
    if (key === 0) break;
    from = key - 1;
  }
  return complaint;
}

/** Free text without control characters, at most `most` characters. */
function cleaned(value: unknown, most: number): string {
  if (typeof value !== 'string') return '';
  return value
    .slice(0, most)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ')
    .trim();
}

const shown = (value: unknown): string => cleaned(JSON.stringify(value) ?? String(value), 80);

function readRatings(
  given: unknown,
  letters: ReadonlySet<string>,
  place: string,
  say: (mistake: string) => void,
): FileVerdict['ratings'] {
  const ratings = new Map<string, Readonly<Record<Rating, number>>>();
  if (given === undefined) return ratings;
  if (!isObject(given)) {
    say(`${place}: "ratings" is not an object of letters.`);
    return ratings;
  }
  for (const letter of Object.keys(given).slice(0, 100)) {
    if (!letters.has(letter)) {
      say(`${place}: "ratings" names ${shown(letter)}, which is not a candidate.`);
      continue;
    }
    const rating = own(given, letter);
    const wrong = RATINGS.filter((name) => {
      const value = isObject(rating) ? own(rating, name) : undefined;
      return typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 5;
    });
    if (wrong.length > 0)
      say(`${place}: the ratings of ${letter} need a whole number from 1 to 5 for ${wrong.join(', ')}.`);
    else
      ratings.set(
        letter,
        Object.fromEntries(RATINGS.map((name) => [name, own(rating as Fields, name)])) as Record<Rating, number>,
      );
  }
  return ratings;
}

/**
 * Reads a judge's answer.
 * @param text the judge's words
 * @param paths the captured paths that it may name
 * @param letters the letters under which it saw the candidates; `base` is always known
 */
export function readJudgeAnswer(text: string, paths: readonly string[], letters: readonly string[]): ReadAnswer {
  const found = findAnswer(text.length > TEXT_LIMIT ? text.slice(-TEXT_LIMIT) : text);
  if (typeof found === 'string') return { answer: null, mistakes: [found] };
  const mistakes: string[] = [];
  const say = (mistake: string) => void (mistakes.length < MISTAKES && mistakes.push(mistake));
  const knownPaths = new Set(paths);
  const knownLetters = new Set([...letters, BASE]);
  const files = new Map<string, FileVerdict>();
  const list = own(found, 'files') as readonly unknown[];
  if (list.length === 0 && knownPaths.size > 0)
    say('"files" is an empty list: it needs an entry for each of the files.');
  if (list.length > knownPaths.size)
    say(`"files" has ${list.length} entries, but only ${knownPaths.size} files were changed.`);
  for (const [index, entry] of list.slice(0, knownPaths.size + 1).entries()) {
    if (!isObject(entry)) {
      say(`Entry ${index + 1} of "files" is not an object.`);
      continue;
    }
    const path = own(entry, 'path');
    if (typeof path !== 'string' || !knownPaths.has(path)) {
      say(`Entry ${index + 1} of "files" names the path ${shown(path)}, which no candidate changed.`);
      continue;
    }
    const place = `The entry of ${shown(path)}`;
    if (files.has(path)) say(`${place} comes twice.`);
    const best = own(entry, 'best');
    if (typeof best !== 'string' || !knownLetters.has(best)) {
      say(`${place}: "best" is ${shown(best)}; it must be one of ${[...knownLetters].join(', ')}.`);
      continue;
    }
    const ratings = readRatings(own(entry, 'ratings'), knownLetters, place, say);
    files.set(path, { path, best, why: cleaned(own(entry, 'why'), 1000), ratings });
  }
  if (mistakes.length > 0) return { answer: null, mistakes };
  return { answer: { files: [...files.values()], notes: cleaned(own(found, 'notes'), 10_000) }, mistakes };
}
