// The colours of code, line by line: highlight.js finds the words' kinds; its tree is read here, not its markup.

/**
 * A word's place in its line, and its kind as a class.
 * @typedef {{ readonly start: number, readonly end: number, readonly kind: string }} Token
 */

/** Longer texts stay without colours. */
const LONGEST_TEXT = 300_000;

/**
 * The tokens of each line.
 * @param {readonly string[]} lines
 * @param {string | null} language
 * @returns {readonly (readonly Token[])[]}
 */
export function coloursOf(lines, language) {
  const text = lines.join('\n');
  if (language === null || text.length > LONGEST_TEXT || !hljs.getLanguage(language)) return [];
  const { _emitter } = hljs.highlight(text, { language, ignoreIllegals: true });
  /** @type {Token[][]} */
  const found = [[]];
  let column = 0;
  const add = (/** @type {string} */ part, /** @type {string} */ kind) => {
    part.split('\n').forEach((piece, i) => {
      if (i > 0) {
        found.push([]);
        column = 0;
      }
      if (kind !== '' && piece !== '') found.at(-1)?.push({ start: column, end: column + piece.length, kind });
      column += piece.length;
    });
  };
  const walk = (/** @type {import('./globals.ts').HighlightNode} */ node, /** @type {string} */ kind) => {
    if (typeof node === 'string') add(node, kind);
    else for (const child of node.children) walk(child, classOf(node.scope) ?? kind);
  };
  walk(_emitter.root, '');
  return found;
}

/**
 * `title.function` → `h-title`; a language within another has no colour of its own.
 * @param {string | undefined} scope
 */
function classOf(scope) {
  if (scope === undefined) return null;
  if (scope.startsWith('language:')) return '';
  return `h-${scope.split('.')[0]}`;
}
