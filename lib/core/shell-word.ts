// A text as one word of a shell line that people copy, or of a program for a POSIX shell.

/** Quoted where a shell would otherwise make something else of it. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
