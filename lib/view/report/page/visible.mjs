// Makes visible what could hide or reorder text: control characters, invisible ones and those that change the writing
// direction; joiners inside emoji and words stay. For the page's files as for the terminal (text.ts).

const HIDDEN = new RegExp(
  '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e' +
    '\\u2060-\\u206f\\u3164\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]|\\p{Surrogate}',
  'gu',
);
const PLAIN = /^[\x20-\x7e\t\n]*$/;

/** @param {string} character */
function show(character) {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/**
 * The same text with nothing hidden in it; tabs and line ends stay.
 * @param {string} text
 */
export function visible(text) {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, show);
}

/**
 * A file's lines. Carriage returns before line ends are dropped when `windows`; a missing last line end is a line of
 * its own, as git has it.
 * @param {string} text
 * @param {boolean} windows
 * @returns {string[]}
 */
export function linesOf(text, windows) {
  if (text === '') return [];
  const lines = visible(windows ? text.replaceAll('\r\n', '\n') : text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push('\\ No newline at end of file');
  return lines;
}
