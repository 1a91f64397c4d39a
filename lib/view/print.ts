// Text to standard output, for commands that only answer.

/** Writes lines; a reader that went away (`| head`) is no mistake. */
export function printLines(lines: readonly string[]): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** A line for people beside what a command answers: to standard error. */
export const printAside = (line: string): void => void process.stderr.write(`${line}\n`);

/** The same without Node's own streams, which Deno takes long to load; a full disk goes unnoticed. */
export const printPlainly = (lines: readonly string[]): void => console.log(lines.join('\n'));

/** A document for scripts. */
export const printJson = (value: unknown): void => printLines([JSON.stringify(value, null, 2)]);
