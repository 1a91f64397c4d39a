// Search in paths and in the contents of all versions. Contents are looked through in slices of time, so that typing
// never waits; what is found in lines that are shown is marked.

/**
 * @typedef {import('../page-data.ts').PagePass} PagePass
 * @typedef {{ readonly index: number, readonly count: number }} Found
 */

/** Letters from which on contents are searched too. */
const SHORTEST = 2;
/** Milliseconds of work before the page may breathe. */
const SLICE = 12;
/** Places that are marked at once. */
const MOST_MARKS = 5000;
/** Hits counted in one file. */
const MOST = 999;

/**
 * Files in which the words are, as they are found; ends early when a newer search has begun.
 * @param {PagePass} pass
 * @param {string} words
 * @param {(content: number) => Promise<Uint8Array>} read
 * @param {() => boolean} current
 * @returns {AsyncGenerator<Found>}
 */
export async function* find(pass, words, read, current) {
  const wanted = words.toLowerCase();
  const decoder = new TextDecoder();
  let since = performance.now();
  for (const [index, file] of pass.files.entries()) {
    let count = file.path.toLowerCase().includes(wanted) ? 1 : 0;
    if (wanted.length >= SHORTEST) {
      const contents = new Set(
        file.versions.flatMap((version) =>
          version && version.content >= 0 && !version.image ? [version.content] : [],
        ),
      );
      for (const content of contents) count += hits(decoder.decode(await read(content)).toLowerCase(), wanted);
    }
    if (performance.now() - since > SLICE) {
      await new Promise((resume) => setTimeout(resume));
      since = performance.now();
    }
    if (!current()) return;
    if (count > 0) yield { index, count };
  }
}

/**
 * @param {string} text
 * @param {string} wanted
 */
function hits(text, wanted) {
  let count = 0;
  for (let at = text.indexOf(wanted); at >= 0 && count < MOST; at = text.indexOf(wanted, at + wanted.length)) count++;
  return count;
}

/**
 * Marks the words wherever they stand below an element, without touching what stands there.
 * @param {HTMLElement} below
 * @param {string} words
 */
export function mark(below, words) {
  if (typeof Highlight === 'undefined') return;
  CSS.highlights.delete('found');
  const wanted = words.toLowerCase();
  if (wanted.length < SHORTEST) return;
  const ranges = [];
  for (const node of below.querySelectorAll('.made td.c, .made h3')) {
    if (ranges.length >= MOST_MARKS) break;
    const text = (node.textContent ?? '').toLowerCase();
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      const range = rangeIn(node, at, at + wanted.length);
      if (range !== null) ranges.push(range);
    }
  }
  CSS.highlights.set('found', new Highlight(...ranges));
}

/**
 * @param {Node} node
 * @param {number} from
 * @param {number} to
 */
function rangeIn(node, from, to) {
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let at = 0;
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const length = text.textContent?.length ?? 0;
    if (from >= at && from < at + length) range.setStart(text, from - at);
    if (to > at && to <= at + length) {
      range.setEnd(text, to - at);
      return range;
    }
    at += length;
  }
  return null;
}
