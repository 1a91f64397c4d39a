// A scripted judge, started with a file that says in JSON which candidates it likes in every file: the first that it sees,
// or those that show most of some author's lines (`wanted`) that no other wrote (`others`). Reads the prompt.
import { readFileSync } from 'node:fs';
import { RATINGS } from '../../../lib/evidence/judge-answer.ts';

interface Taste {
  readonly kind: string;
  readonly wanted: readonly (readonly string[])[];
  readonly others: readonly string[];
}

/** Every block's letter with how much a judge of this taste likes it: 5 the one that it calls best, 4 or 2 the others. */
export function likings(prompt: string, { kind, wanted, others }: Taste): ReadonlyMap<string, number> {
  const [, ...parts] = prompt.split(/^## Candidate ([A-Z])\b.*$/m);
  const [foreign, own] = [new Set(others), new Set(wanted.flat())];
  const shown = new Map<string, { wanted: number; others: number }>();
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const count = (lines: readonly string[], not: ReadonlySet<string>) =>
      lines.filter((line) => !not.has(line) && parts[i + 1]!.includes(line)).length;
    const most = kind === 'first' ? 0 : Math.max(0, ...wanted.map((lines) => count(lines, foreign)));
    shown.set(parts[i]!, { wanted: most, others: count(others, own) });
  }
  const most = Math.max(...[...shown.values()].map((each) => each.wanted));
  const best = [...shown].find(([, each]) => each.wanted === most)?.[0] ?? 'A';
  return new Map([...shown].map(([letter, each]) => [letter, letter === best ? 5 : each.wanted > each.others ? 4 : 2]));
}

/** The judge's answer about every file of the prompt. */
export function answer(prompt: string, taste: Taste): string {
  const liked = likings(prompt, taste);
  const [listed = ''] = (prompt.split(/^## Files to judge$/m)[1] ?? '').split(/^## /m);
  const rate = (marks: number) =>
    Object.fromEntries(RATINGS.map((name) => [name, name === 'correctness' ? marks : Math.min(4, marks)]));
  const ratings = Object.fromEntries([...liked].map(([letter, marks]) => [letter, rate(marks)]));
  const best = [...liked].find(([, marks]) => marks === 5)?.[0] ?? 'A';
  const paths = [...listed.matchAll(/^- (.+)$/gm)].map(([, path]) => path!);
  const files = paths.map((path) => ({ path, best, why: 'scripted', ratings }));
  return JSON.stringify({ files, notes: '' });
}

const [, script, file] = process.argv;
if (script?.endsWith('judge.ts') && file !== undefined)
  console.log(answer(readFileSync(0, 'utf8'), JSON.parse(readFileSync(file, 'utf8')) as Taste));
