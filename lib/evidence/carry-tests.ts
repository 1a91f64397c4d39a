// Tests come with the chosen code, whoever wrote them: those that are trusted and pass on it, beside the ones that it
// was written with. What that makes is proven like any combination, and nothing may get worse by it. And what is said
// of test files of candidates that are not in the result: somebody paid for them.
import { BASE, type Candidate, type Pick, type Plan } from '../core/candidate.ts';
import { isMeasured } from '../core/gate-states.ts';
import { passesWithin } from './cross.ts';
import { allRequiredPass, type Evidence, type MeasuredCandidate } from './evidence.ts';
import { holdsTogether } from './one-hand.ts';
import type { Grain } from './options.ts';
import { standing } from './rank.ts';
import { isDoubtful, type RankContext } from './rank-context.ts';
import type { Attempt, Found, Search } from './search.ts';
import { contentKey } from './selection.ts';
import { isNamedAsTest, isTestPath } from './test-names.ts';
import type { Vote } from './votes.ts';

interface Carrying {
  readonly candidates: readonly Candidate[];
  /** The whole candidates, the best first: of two tests at one path, or of one content, the better one's comes. */
  readonly ranking: readonly MeasuredCandidate[];
  /** The chosen code. */
  readonly final: Attempt;
  readonly context: RankContext;
  readonly votes: ReadonlyMap<string, Vote>;
  /** The user's own choices. */
  readonly fixed: ReadonlyMap<string, string>;
}

/** Test files by path, with their authors. */
type Tests = ReadonlyMap<string, string>;

/** The tests of others that pass on the chosen code and are not in it yet. */
function testsToCarry(carrying: Carrying): Tests {
  const { candidates, ranking, final, votes, fixed } = carrying;
  const content = (path: string, from = BASE) => contentKey(candidates, path, from);
  const isFree = (path: string) =>
    content(path, final.selection.get(path)) === BASE && !fixed.has(path) && votes.get(path)?.ranking[0]?.[0] !== BASE;
  const tests = new Map<string, string>();
  const contents = new Set([...final.selection].map(([path, from]) => content(path, from)));
  // those that their author's code passes first; then also those that it fails where other code passes: its own fault
  const authors = [
    ...ranking.map(({ id, evidence }) => ({ id, trees: [evidence, final.evidence] })),
    ...ranking.map(({ id }) => ({ id, trees: [final.evidence] })),
  ];
  for (const { id, trees } of authors) {
    const written = testsBy(candidates.find((candidate) => candidate.id === id)!);
    // data and helpers come with the tests that use them: not alone, but also where others have the same
    const isTest = written.some(isNamedAsTest) ? isNamedAsTest : () => true;
    const coming = written.filter(
      (path) =>
        isFree(path) &&
        !tests.has(path) &&
        !(isTest(path) && contents.has(content(path, id))) &&
        isTrusted(carrying.context, id, path, ...trees),
    );
    if (!coming.some(isTest)) continue;
    for (const path of coming) {
      tests.set(path, id);
      contents.add(content(path, id));
    }
  }
  return tests;
}

/** The tests that a candidate added, and those it changed; what takes out more of one than it adds may weaken it. */
const testsBy = ({ changes }: Candidate): string[] =>
  [...changes.values()]
    .filter(({ before, after, addedLines, deletedLines }) => after && (!before || addedLines > deletedLines))
    .map(({ path }) => path)
    .filter(isTestPath);

/** A test that passes on these trees, and is not among those that all others fail. */
function isTrusted({ doubts }: RankContext, author: string, path: string, ...trees: readonly Evidence[]): boolean {
  const cells = trees.map(({ cross }) => cross.find(({ testsOf }) => testsOf === author));
  return !isDoubtful(doubts, author, path) && cells.every((cell) => cell && passesWithin(cell, path));
}

export interface Proven {
  readonly plan: Plan;
  readonly evidence: Evidence;
}

/** The plan with all tests that come with the chosen code; as it was where there are none, or they make it worse. */
export async function carryTests(
  plan: Plan,
  carrying: Carrying & {
    readonly together: readonly (readonly string[])[];
    readonly grain: Grain;
    readonly search: Search;
  },
): Promise<Proven> {
  const { candidates, final, together, context, grain, search } = carrying;
  const as = (notes: readonly string[], more: Partial<Plan> = {}): Plan => ({
    ...plan,
    ...more,
    notes: [...plan.notes, ...notes],
  });
  const all = testsToCarry(carrying);
  if (all.size === 0) return { plan, evidence: final.evidence };
  if (grain === 'candidate') {
    const why = 'Whole candidates are not mixed (grain: candidate), so tests that pass on the chosen code stay out';
    return { plan: as([`${why}: ${listed(all)}.`]), evidence: final.evidence };
  }
  const look = async (tests: Tests): Promise<Found | null> => {
    const selection = new Map([...final.selection, ...tests]);
    const found = holdsTogether(candidates, together, selection) ? await search.withTests(selection) : null;
    const pass = [...tests].every(([path, author]) => found && isTrusted(context, author, path, found.evidence));
    return found && pass && standing(found.evidence, final.evidence, context).notWorse ? found : null;
  };
  let [tests, found] = [all, await look(all)];
  if (!found) {
    tests = new Map();
    for (const author of new Set(all.values())) {
      const more = new Map([...tests, ...[...all].filter(([, from]) => from === author)]);
      const held = more.size < all.size ? await look(more) : null;
      if (held) [tests, found] = [more, held];
    }
  }
  const rest = new Map([...all].filter(([path]) => !tests.has(path)));
  const notes = [
    ...(tests.size > 0 ? [`Tests of others come with it, since they pass on the chosen code: ${listed(tests)}.`] : []),
    ...(rest.size > 0 ? [`Tests that pass on the chosen code do not hold together with it: ${listed(rest)}.`] : []),
  ];
  if (!found) return { plan: as(notes), evidence: final.evidence };
  const files = plan.files.map((pick): Plan['files'][number] => {
    const from = tests.get(pick.path);
    if (from === undefined) return pick;
    const why = `tests of ${from} that pass on the chosen code`;
    return { path: pick.path, from, action: 'write', why, by: 'cross-gates', confidence: 0.8 };
  });
  const { tree, whole, evidence } = found;
  return { plan: as(notes, { files, tree, whole, proven: allRequiredPass(evidence) }), evidence };
}

/** Test files with their authors; of many the first. */
function listed(tests: Tests): string {
  const names = [...tests].map(([path, author]) => `${path} (${author})`);
  return names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}

/** So many are named. */
const MOST = 6;

interface Result {
  readonly candidates: readonly Candidate[];
  readonly files: readonly Pick[];
  readonly evidence: Evidence;
  readonly doubts: RankContext['doubts'];
}

/** Test files of candidates that are not in the result, and why, a sentence per candidate. */
export function droppedTests(result: Result): string[] {
  const { candidates, files } = result;
  const from = new Map(files.map((pick) => [pick.path, pick.from]));
  const kept = new Set(files.map((pick) => contentKey(candidates, pick.path, pick.from)));
  return candidates.flatMap(({ id, changes }) => {
    const dropped = [...changes.values()]
      .filter(({ path, after }) => after !== null && isTestPath(path))
      .map(({ path }) => path)
      .filter((path) => !from.get(path)?.split('+').includes(id) && !kept.has(contentKey(candidates, path, id)));
    if (dropped.length === 0) return [];
    const named = dropped.slice(0, MOST).map((path) => `${path} (${whyDropped(result, id, path, from.get(path))})`);
    const more = dropped.length > MOST ? ` and ${dropped.length - MOST} more` : '';
    return [`Tests of ${id} that are not in the result: ${named.join(', ')}${more}.`];
  });
}

function whyDropped({ evidence, doubts }: Result, author: string, path: string, chosen = BASE): string {
  if (chosen !== BASE) return `that of ${chosen.replaceAll('+', ' and ')} was chosen`;
  if (isDoubtful(doubts, author, path)) return 'it fails on the code of everybody else';
  const cell = evidence.cross.find(({ testsOf }) => testsOf === author);
  if (!cell || !isMeasured(cell.state)) return 'it was not run on the chosen code';
  return passesWithin(cell, path) ? 'not chosen' : 'it fails on the chosen code';
}
