// A scripted judge, started with a file that says in JSON which candidate it calls best in every file: the first that it sees,
// or the one that shows most of some author's lines (`wanted`) that no other wrote (`others`). Reads the prompt.
import { readFileSync } from 'node:fs';

interface Taste {
  readonly kind: string;
  readonly wanted: readonly (readonly string[])[];
  readonly others: readonly string[];
}

/** The letter of the block that a judge of this taste likes. */
export function favourite(prompt: string, { kind, wanted, others }: Taste): string {
  const [, ...parts] = prompt.split(/^## Candidate ([A-Z])\b.*$/m);
  const foreign = new Set(others);
  let best = parts[0] ?? 'A';
  let most = 0;
  for (let i = 0; kind !== 'first' && i + 1 < parts.length; i += 2)
    for (const lines of wanted) {
      const shown = lines.filter((line) => !foreign.has(line) && parts[i + 1]!.includes(line)).length;
      if (shown > most) [most, best] = [shown, parts[i]!];
    }
  return best;
}

/** The judge's answer about every file of the prompt. */
export function answer(prompt: string, taste: Taste): string {
  const best = favourite(prompt, taste);
  const [listed = ''] = (prompt.split(/^## Files to judge$/m)[1] ?? '').split(/^## /m);
  const ratings = { [best]: { correctness: 5, conventions: 4, quality: 4, completeness: 4, tests: 4 } };
  const paths = [...listed.matchAll(/^- (.+)$/gm)].map(([, path]) => path!);
  const files = paths.map((path) => ({ path, best, why: 'scripted', ratings }));
  return JSON.stringify({ files, notes: '' });
}

const [, script, file] = process.argv;
if (script?.endsWith('judge.ts') && file !== undefined)
  console.log(answer(readFileSync(0, 'utf8'), JSON.parse(readFileSync(file, 'utf8')) as Taste));
