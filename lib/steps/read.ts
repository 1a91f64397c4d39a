// Executor `read`: texts of the repository's own files, e.g. its conventions.
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok } from '../core/failure.ts';
import { messages } from '../core/messages/run-messages.ts';
import { isInside } from '../system/files.ts';
import type { Executor } from './executor.ts';

const LONGEST = 256 * 1024;

export const read: Executor = {
  name: 'read',
  nature: 'again',
  summary: 'Reads files of the repository into one text; files that are not there are passed over.',
  schema: { value: { type: 'array', items: { type: 'string' }, description: 'Paths from the top of the repository.' } },
  saves: 'text',
  example: '- { read: [AGENTS.md], save: conventions }',
  async run({ run, value }) {
    const top = await realpath(run.repository.top);
    const parts: string[] = [];
    const seen = new Set<string>();
    for (const name of value as readonly string[]) {
      try {
        const file = await realpath(join(top, name));
        if (seen.has(file)) continue; // one is a link to the other
        seen.add(file);
        if (!isInside(top, file)) {
          run.note(`${name} points outside the repository and was not read.`, 'warning');
          continue;
        }
        const { size } = await stat(file);
        const text = await readFile(file, 'utf8');
        if (size > LONGEST)
          run.note(
            `${name} has ${size.toLocaleString('en')} bytes; its first ${LONGEST.toLocaleString('en')} go into the ` +
              'prompts.',
            'warning',
          );
        parts.push(`### ${name}\n\n${text.slice(0, LONGEST).trimEnd()}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        return fail(messages.unreadableFile({ file: name, why: (error as Error).message }));
      }
    }
    return ok(parts.join('\n\n'));
  },
};
