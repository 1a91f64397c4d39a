// Texts that stand alone in memory.

/**
 * The same text with memory of its own: a part that was cut out of a text keeps the whole of that in memory, and one that was put
 * together keeps its parts. For what is kept by the thousand.
 */
export function unshared(text: string): string {
  const encoding = /^[\x00-\xff]*$/.test(text) ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}
