// What refs name.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './file-failure.ts';
import { git } from './git.ts';

/** What a ref names, null where it is not there; git is asked where it does not lie in a file of its own. */
export async function refValue(commonDir: string, ref: string): Promise<string | null> {
  const loose = await readFile(join(commonDir, ref), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === null) throw error;
    return '';
  });
  if (/^([0-9a-f]{40}|[0-9a-f]{64})\n?$/.test(loose)) return loose.trim();
  const { code, stdout } = await git({ gitDir: commonDir }, ['rev-parse', '--verify', '--quiet', ref]);
  return code === 0 ? stdout.trim() : null;
}
