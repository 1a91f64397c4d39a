// A command as a recipe has it, and a text as one word of a shell line: one that people copy, or a program for a POSIX
// shell.

/** An argument vector (no shell, one item stays one argument) or a shell line (nothing is substituted in it). */
export type Command = string | readonly string[];

/** Quoted where a shell would otherwise make something else of it. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
