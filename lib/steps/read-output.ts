// Reads what a gate printed, as a whole, by the recipe's readers.
import { DigestOutput, type OutputDigest } from '../evidence/output-digest.ts';
import { readPieces } from '../system/read-parts.ts';
import type { Run } from './run.ts';

/**
 * @param file where a gate's output lies
 * @param passed whether the gate passed
 * @param instead what is said of it where it printed nothing
 */
export async function readOutput(
  run: Run,
  file: string,
  { passed, instead = '' }: { readonly passed: boolean; readonly instead?: string },
): Promise<OutputDigest> {
  const digest = new DigestOutput(run.recipe.readers, !passed);
  let empty = true;
  await readPieces(file, (text) => {
    empty &&= text === '';
    digest.add(text);
  });
  if (empty) digest.add(instead);
  return digest.end();
}
