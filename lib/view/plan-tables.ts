// A plan in words: which file comes from whom, why and on what evidence, as a table and as a list of steps. Pure.
import { BASE, INTEGRATED, type Pick, type Plan } from '../core/candidate.ts';
import { one } from '../core/messages/wording.ts';
import { codeCell, leftOutFiles, plainCell } from './cell.ts';
import type { Table } from './table-data.ts';
import { fromTitle, type Titles } from './titles.ts';

/** What decided, in words. */
export const EVIDENCE: Readonly<Record<Pick['by'], string>> = {
  only: 'no other version',
  gates: 'quality gates',
  'cross-gates': 'the others’ tests',
  judge: 'judged best',
  group: 'belongs to another file',
  files: 'most of the files',
  likeness: 'most like the others',
  trust: 'trusted most',
  equal: 'no difference',
  size: 'smallest change',
  user: 'your choice',
};

/** So many files are listed one by one; nobody reads more, and the plan's own file has all of them. */
const MOST_FILES = 200;

/**
 * `| File | Best From | Why |`, with evidence and how sure it is.
 * @param href the place of the file that the plan names in this place, on a page that shows them all
 */
export const fileTable = (plan: Plan, most = MOST_FILES, href?: (place: number) => string): Table => ({
  caption: 'Which file comes from whom, and why',
  kind: 'plan',
  heads: [['File'], ['Best From'], ['Why'], ['Evidence'], ['Sure']],
  numbers: 1,
  rows: plan.files.slice(0, most).map((pick, place) => ({
    cells: [
      [{ path: pick.path, ...(href ? { href: href(place) } : {}) }],
      [{ from: pick.from }, ...(pick.action === 'delete' ? [{ badge: 'deletes it' }] : [])],
      [pick.why],
      [plan.undecided.includes(pick.path) ? { mark: 'undecided', tone: 'warning' } : EVIDENCE[pick.by]],
      [{ sure: pick.confidence }],
    ],
  })),
  left: Math.max(0, plan.files.length - most),
});

/**
 * The plan as a numbered list, with its notes below.
 * @param again the gates will run once more, in the user's tree
 */
export function planList(plan: Plan, titles: Titles, again = false): string {
  const take = (pick: Pick): string => {
    if (pick.from === BASE) return `Leave ${codeCell(pick.path)} as it was`;
    const authors = pick.from.split('+').filter((id) => id !== INTEGRATED);
    const who = plainCell(fromTitle(authors.join('+') || pick.from, titles));
    if (pick.action === 'delete') return `Delete ${codeCell(pick.path)}, as ${who} did`;
    if (authors.length === 0) return `Add ${codeCell(pick.path)}, which makes the pieces fit`;
    const fitted = pick.from === authors.join('+') ? '' : ', made to fit';
    return `Take ${codeCell(pick.path)} from ${who}'s implementation${fitted}`;
  };
  const taken = plan.whole && plan.files.every((pick) => pick.from === plan.whole);
  const left = plan.files.length - MOST_FILES;
  const steps = taken
    ? [`Take all of ${plainCell(fromTitle(plan.whole!, titles))}'s implementation (${one(plan.files.length, 'file')})`]
    : [...plan.files.slice(0, MOST_FILES).map(take), ...(left > 0 ? [`Likewise with ${leftOutFiles(left)}`] : [])];
  const proven = 'Combined and verified: all required quality gates pass on this result';
  const last =
    plan.proven && plan.proven_by?.length !== 0
      ? `${proven}${again ? ', in a clean place; they run once more in your own tree' : ''}`
      : 'Combine and verify quality gates pass';
  const list = [...steps, last].map((step, i) => `${i + 1}. ${step}`).join('\n');
  return plan.notes.length > 0 ? `${list}\n\n${plan.notes.map((note) => `- ${plainCell(note)}`).join('\n')}` : list;
}
