// A file in hunks as the review shows them, and the file that is put together of those that the user takes.
import type { Pick } from '../core/candidate.ts';
import type { StepContext } from './executor.ts';
import { OWN, pickOf, type Splitting, splitFile, takenOf } from './file-hunks.ts';
import type { ReviewedHunks } from './reviewer.ts';

/** Lines around a hunk that are shown with it. */
const AROUND = 3;

/** The hunks of a file, with what the pick has in each; or why it has none to choose among. */
export async function reviewedHunks(
  { run }: StepContext,
  given: Omit<Splitting, 'store' | 'baseTree'>,
  path: string,
  pick: Pick,
): Promise<ReviewedHunks | { readonly why: string }> {
  const of = { ...given, store: run.store, baseTree: run.baseTree };
  const file = await splitFile(of, path);
  if ('why' in file) return file;
  const { lines } = file.base;
  const text = (some: readonly string[]) => Buffer.from(some.join(''), 'latin1').toString('utf8');
  return {
    hunks: file.hunks.map(({ from, to, versions }) => ({
      line: from + 1,
      count: to - from,
      versions: versions.map(({ by, lines: own }) => ({ by, text: text(own) })),
      before: text(lines.slice(Math.max(0, from - AROUND), from)),
      after: text(lines.slice(to, to + AROUND)),
    })),
    taken: await takenOf(of, file, pick),
    take: (taken) => pickOf(of, file, taken, (id) => (id === OWN ? 'the plan' : run.title(id))),
  };
}
