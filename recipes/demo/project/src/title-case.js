const SMALL_WORDS = new Set(['a', 'an', 'and', 'at', 'by', 'for', 'in', 'of', 'on', 'or', 'the', 'to']);

/**
 * Writes a text as a title: `the old man and the sea` becomes `The Old Man and the Sea`.
 * @param {string} text
 * @returns {string}
 */
export function titleCase(text) {
  const words = text.trim().toLowerCase().split(/\s+/);
  return words.map((word, index) => (index > 0 && SMALL_WORDS.has(word) ? word : capitalize(word))).join(' ');
}

function capitalize(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
