// Where the task was given: the rest of the command line, a file, or standard input.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli.ts';
import { messages } from '../core/messages/run.ts';

/** More than any model takes; what is longer need not be read to know that it is too long. */
const LONGEST_READ = 64 * 1024 * 1024;

/** @returns null: none was given */
export async function taskSource(words: readonly string[], file: string | undefined): Promise<Result<string | null>> {
  if (file !== undefined && words.length > 0) return fail(cliMessages.taskTwice());
  if (file === '-' || (words.length === 1 && words[0] === '-')) return ok(await readAll());
  if (file === undefined) return ok(words.length > 0 ? words.join(' ') : null);
  try {
    const path = resolve(file);
    if (statSync(path).size > LONGEST_READ)
      return fail(messages.taskTooLong({ bytes: statSync(path).size, limit: LONGEST_READ }));
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(messages.taskUnreadable({ file, why: (error as Error).message }));
  }
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > LONGEST_READ) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
