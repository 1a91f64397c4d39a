/**
 * Shortens a text to at most `length` characters, between words where it can, with an ellipsis.
 * @param {string} text
 * @param {number} length
 * @returns {string}
 */
export function truncate(text, length) {
  if (text.length <= length) return text;
  const blank = text.lastIndexOf(' ', length - 1);
  return `${text.slice(0, blank > 0 ? blank : length - 1)}…`;
}
