// Proven before proposed: composes what was chosen, has it proven, tries the smallest changes that make it better, and
// falls back to the best whole candidate. On gates and on others' tests the proposal is never worse than that
// candidate. Trees and proofs come by callbacks; this file only decides what may be proposed.
import type { Plan } from '../core/candidate.ts';
import { type BlameMap, blameOf, chargesOf } from './blame.ts';
import { carryTests } from './carry-tests.ts';
import { choose } from './choose.ts';
import { droppedTests } from './dropped-tests.ts';
import type { Contender, Evidence, GateEvidence } from './evidence.ts';
import { faults } from './faults.ts';
import type { Grouping } from './groups.ts';
import type { MergeFile } from './hunks.ts';
import { type Field, nextSelection, type Pivot, stepsTowards, toPivot } from './moves.ts';
import { holdsTogether, withCompanions } from './one-hand.ts';
import type { Grain } from './options.ts';
import { compareContenders, isMeasured, ranked, standing } from './rank.ts';
import { rankContext, type TieBreaks } from './rank-context.ts';
import { type Attempt, type Prover, Search } from './search.ts';
import { areDisjoint, changedPaths, contentKey, type Selection, type Work, wholeSelection } from './selection.ts';
import { isTestPath } from './test-names.ts';
import { toPlan } from './to-plan.ts';
import type { Vote } from './votes.ts';

export interface ProposeInput extends Prover {
  readonly works: readonly Work[];
  /** The same candidates with their evidence; at least one. */
  readonly contenders: readonly Contender[];
  /** What decides where nothing that was measured tells candidates apart. */
  readonly ties?: TieBreaks;
  /** Gates of the untouched base. */
  readonly base: readonly GateEvidence[];
  readonly grouping: Grouping;
  /** What the judges decided, by path; empty without judges. */
  readonly votes: ReadonlyMap<string, Vote>;
  /** The user's own choices: path → candidate or `base`. They are never overruled. */
  readonly fixed?: ReadonlyMap<string, string>;
  readonly grain: Grain;
  readonly mergeFile: MergeFile;
  /** How many trees may be proven at most; 8 where it isn't said. */
  readonly maxProofs?: number;
}

export interface Proposal {
  readonly plan: Plan;
  readonly evidence: Evidence;
  /** The best whole candidate. */
  readonly best: string;
  /** What was chosen before anything was proven; null where its pieces can't be put together. */
  readonly chosen: Attempt | null;
  /** Mixes that were proven, in order. */
  readonly attempts: readonly Attempt[];
}

/** A change that nobody asked for costs a little: it takes a vote to outweigh several of them. */
const UNASKED = 0.2;
const JOINED = 0.5;

/**
 * How much rather the judges have a mix than the best whole candidate: what they want changed, less what they want kept
 * and what nobody asked for.
 */
function wishFor({ votes, works }: ProposeInput, mix: Selection, whole: Selection): number {
  let wish = 0;
  for (const [path, from] of mix) {
    const before = whole.get(path) ?? 'base';
    const [mine, theirs] = [from, before].map((id) => contentKey(works, path, id));
    if (mine === theirs) continue;
    const vote = votes.get(path);
    const first = vote?.decided ? vote.ranking[0]?.[0] : undefined;
    const wanted = first === undefined ? null : contentKey(works, path, first);
    // Changes of several in one file are put together only where the recipe asks for that.
    if (from.includes('+')) wish += JOINED;
    else wish += wanted === mine ? vote!.confidence : wanted === theirs ? -vote!.confidence : -UNASKED;
  }
  return wish;
}

/**
 * Proposes a plan that was seen to do at least as well as the best whole candidate.
 *
 * A mix must earn its place: it does better on the evidence; or the judges or the user want its pieces and nothing got
 * worse; or every candidate changed other files, so that each may have done a part; or hunks were asked for. A mix that
 * is merely as good is not proposed: what the gates don't see, one author is likelier to have thought through.
 */
export async function propose(input: ProposeInput): Promise<Proposal> {
  const { works, contenders, votes, grain } = input;
  const { together } = input.grouping;
  const fixed = withCompanions(input.fixed ?? new Map(), together, works);
  const paths = changedPaths(works);
  const code = new Map(
    works.map(({ id, changes }) => [id, [...changes.keys()].filter((path) => !isTestPath(path))] as const),
  );
  const context = rankContext(input.base, contenders, code, input.ties);
  const ranking = ranked(contenders, context);
  const best = ranking[0]!;
  const files: BlameMap = { paths, imports: input.grouping.imports, subjectsOf: input.grouping.subjectsOf };
  const charges = new Map(contenders.map(({ id, evidence }) => [id, chargesOf(evidence, files, context)] as const));
  const blame = new Map([...charges].map(([id, each]) => [id, blameOf(each)] as const));
  const field: Field = {
    works,
    grouping: input.grouping,
    ranking,
    charges,
    files,
    context,
    fixed: new Set(fixed.keys()),
  };
  const choice = await choose({ ...input, ranking, context, blame, fixed });

  const keepsFixed = (selection: Selection) =>
    [...fixed].every(
      ([path, from]) =>
        !selection.has(path) || contentKey(works, path, selection.get(path)!) === contentKey(works, path, from),
    );
  const bestSelection = wholeSelection(works.find(({ id }) => id === best.id)!, paths);
  const joined =
    grain !== 'candidate' && (areDisjoint(works) || [...choice.selection.values()].some((from) => from.includes('+')));
  // Parts that fit each other are wanted whatever else is.
  const wish = (selection: Selection) =>
    joined && selection === choice.selection ? paths.length + 1 : wishFor(input, selection, bestSelection);

  const search = new Search(works, ranking, input, input.maxProofs ?? 8);
  const seen: Attempt[] = [];
  const pivots: Pivot[] = [];
  const consider = async (selection: Selection): Promise<Attempt | null> => {
    const found = holdsTogether(works, together, selection) ? await search.look(selection) : null;
    if (!found) return null;
    const { notWorse, better, why } = standing(found.evidence, best.evidence, context);
    const contender = contenders.find(({ id }) => id === found.whole);
    const sound = contender ? !isMeasured(compareContenders(best, contender, context)) : notWorse;
    const earned = found.whole === best.id || (!contender && better) || fixed.size > 0 || wish(selection) > 0;
    const attempt = { selection, ...found, accepted: sound && earned && keepsFixed(selection), why };
    seen.push(attempt);
    if (grain !== 'candidate') pivots.push(toPivot(selection, found.evidence, field));
    return attempt;
  };
  const flaws = ({ evidence }: Attempt) => faults(evidence, context);
  const preferred = (attempts: readonly Attempt[]): Attempt | null =>
    attempts.reduce<Attempt | null>((top, each) => {
      const difference = top === null ? 1 : flaws(top) - flaws(each) || wish(each.selection) - wish(top.selection);
      return difference > 0 ? each : top;
    }, null);

  const chosen = await consider(choice.selection);
  if (chosen?.whole !== best.id) await consider(bestSelection);
  const faultless = () => {
    const top = preferred(seen.filter(({ accepted }) => accepted));
    return top !== null && flaws(top) === 0 ? top : null;
  };
  // Nothing can do better than a tree that nothing speaks against and that is what was wished for.
  const done = () => {
    const top = faultless();
    return top !== null && (top === chosen || chosen === null || wish(top.selection) >= wish(choice.selection));
  };
  // Where nothing speaks against a mix any more, what was wished for and had to give way is tried once more, a piece at
  // a time.
  let steps: { from: Attempt; left: Selection[] } | null = null;
  const next = (): Selection | null => {
    const top = grain === 'candidate' ? null : faultless();
    if (top && steps?.from !== top)
      steps = {
        from: top,
        left: stepsTowards(choice.selection, top.selection, field)
          .filter((step) => wish(step) > wish(top.selection))
          .sort((a, b) => wish(b) - wish(a)),
      };
    return top ? (steps?.left.shift() ?? null) : nextSelection(pivots);
  };
  for (let mix = next(); mix && !search.spent && !done(); mix = next()) await consider(mix);

  const whole = seen.find((attempt) => attempt.whole === best.id)!;
  const kept = seen.filter(({ selection }) => keepsFixed(selection));
  const final = preferred(seen.filter(({ accepted }) => accepted)) ?? preferred(kept) ?? whole;
  const plan = toPlan({ final, chosen, choice, whole, works, context, votes, fixed });
  const carried = await carryTests(plan, { final, works, ranking, context, votes, fixed, together, grain, search });
  const { evidence } = carried;
  const dropped = droppedTests({ works, files: carried.plan.files, evidence, doubts: context.doubts });
  return {
    plan: { ...carried.plan, notes: [...carried.plan.notes, ...dropped] },
    evidence,
    best: best.id,
    chosen,
    attempts: seen.filter((attempt) => attempt.whole === null),
  };
}
