// A text as one word of a shell line that people copy.

/** Quoted where a shell would otherwise make something else of it. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
