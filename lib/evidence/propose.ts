// Proven before proposed: composes what was chosen, has it proven, tries the smallest changes that make it better, and
// falls back to the best whole candidate. On gates and on others' tests the proposal is never worse than that
// candidate. Trees and proofs come by callbacks; this file only decides what may be proposed.
import { BASE, type Candidate, type Plan } from '../core/candidate.ts';
import { type AtStake, atStake } from './at-stake.ts';
import { type BlameMap, blameOf, chargesOf } from './blame.ts';
import { carryTests, droppedTests } from './carry-tests.ts';
import { type Choice, choose } from './choose.ts';
import type { Evidence, GateEvidence, MeasuredCandidate } from './evidence.ts';
import { faults } from './faults.ts';
import type { Grouping } from './groups.ts';
import type { MergeFile } from './hunks.ts';
import { type Field, type Node, nextSelection, stepsTowards, toNode } from './neighbours.ts';
import { holdsTogether, withCompanions } from './one-hand.ts';
import type { Grain } from './options.ts';
import { compareCandidates, isByMeasure, ranked, standing } from './rank.ts';
import { rankContext, type TieBreaks } from './rank-context.ts';
import { type Attempt, type Prover, Search } from './search.ts';
import { areDisjoint, changedPaths, contentKey, type Selection, wholeSelection } from './selection.ts';
import { isTestPath } from './test-names.ts';
import { toPlan } from './to-plan.ts';
import type { Vote } from './votes.ts';

/** What is known of the candidates when one of their versions is to be chosen for each file. */
export interface Measured {
  readonly candidates: readonly Candidate[];
  /** The same candidates with their evidence; at least one. */
  readonly measured: readonly MeasuredCandidate[];
  /** What decides where nothing that was measured tells candidates apart. */
  readonly ties?: TieBreaks;
  /** Gates of the untouched base. */
  readonly base: readonly GateEvidence[];
  readonly grouping: Grouping;
  /** The user's own choices: path → candidate or `base`. They are never overruled. */
  readonly fixed?: ReadonlyMap<string, string>;
  readonly grain: Grain;
  readonly mergeFile: MergeFile;
}

export interface ProposeInput extends Prover, Measured {
  /** What the judges decided, by path; empty without judges. */
  readonly votes: ReadonlyMap<string, Vote>;
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
  /** Combinations that were proven, in order. */
  readonly attempts: readonly Attempt[];
}

/** A change that nobody asked for costs a little: it takes a vote to outweigh several of them. */
const UNASKED = 0.2;
const JOINED = 0.5;

/**
 * How much rather the judges have a combination than the best whole candidate: what they want changed, less what they
 * want kept and what nobody asked for.
 */
function preferenceFor({ votes, candidates }: ProposeInput, combination: Selection, whole: Selection): number {
  let preference = 0;
  for (const [path, from] of combination) {
    const before = whole.get(path) ?? BASE;
    const [mine, theirs] = [from, before].map((id) => contentKey(candidates, path, id));
    if (mine === theirs) continue;
    const vote = votes.get(path);
    const first = vote?.decided ? vote.ranking[0]?.[0] : undefined;
    const wanted = first === undefined ? null : contentKey(candidates, path, first);
    // Changes of several in one file are put together only where the recipe asks for that.
    if (from.includes('+')) preference += JOINED;
    else preference += wanted === mine ? vote!.confidence : wanted === theirs ? -vote!.confidence : -UNASKED;
  }
  return preference;
}

/** What is known before anything is put together. */
interface Known extends Field {
  readonly paths: readonly string[];
  readonly best: MeasuredCandidate;
  readonly wholeBest: Selection;
  /** The user's choices with what goes with them. */
  readonly kept: ReadonlyMap<string, string>;
}

function knownOf(input: Measured): Known {
  const { candidates, measured, grouping } = input;
  const kept = withCompanions(input.fixed ?? new Map(), grouping.together, candidates);
  const paths = changedPaths(candidates);
  const code = new Map(
    candidates.map(({ id, changes }) => [id, [...changes.keys()].filter((path) => !isTestPath(path))] as const),
  );
  const context = rankContext(input.base, measured, code, input.ties);
  const ranking = ranked(measured, context);
  const best = ranking[0]!;
  const files: BlameMap = { paths, imports: grouping.imports, testedFilesOf: grouping.testedFilesOf };
  const charges = new Map(measured.map(({ id, evidence }) => [id, chargesOf(evidence, files, context)] as const));
  const wholeBest = wholeSelection(candidates.find(({ id }) => id === best.id)!, paths);
  const fixed = new Set(kept.keys());
  return { candidates: candidates, grouping, ranking, charges, files, context, fixed, paths, best, wholeBest, kept };
}

/** What judges can still decide. */
export const stakesOf = (input: Measured): Promise<AtStake> =>
  atStake(choosing({ ...input, votes: new Map() }, knownOf(input)));

function choosing<T extends Measured>(input: T, { ranking, context, charges, kept }: Known) {
  const blame = new Map([...charges].map(([id, each]) => [id, blameOf(each)] as const));
  return { ...input, ranking, context, blame, fixed: kept };
}

/**
 * Proposes a plan that was seen to do at least as well as the best whole candidate.
 *
 * A combination must earn its place: it does better on the evidence; or the judges or the user want its pieces and
 * nothing got worse; or every candidate changed other files, so that each may have done a part; or hunks were wanted.
 * One that is merely as good is not proposed: what the gates don't see, one author is likelier to have thought through.
 */
export async function propose(input: ProposeInput): Promise<Proposal> {
  const known = knownOf(input);
  const { candidates, ranking, context, best, kept: fixed } = known;
  const choice = await choose(choosing(input, known));
  const trial = new Trial(input, known, choice);
  const { final, chosen, whole } = await trial.run();
  const { votes, grain } = input;
  const { together } = input.grouping;
  const { search } = trial;
  const plan = toPlan({ final, chosen, choice, whole, candidates: candidates, context, votes, fixed });
  const carried = await carryTests(plan, {
    final,
    candidates: candidates,
    ranking,
    context,
    votes,
    fixed,
    together,
    grain,
    search,
  });
  const { evidence } = carried;
  const dropped = droppedTests({ candidates: candidates, files: carried.plan.files, evidence, doubts: context.doubts });
  return {
    plan: { ...carried.plan, notes: [...carried.plan.notes, ...dropped] },
    evidence,
    best: best.id,
    chosen,
    attempts: trial.seen.filter((attempt) => attempt.whole === null),
  };
}

/** Tries combinations, from what was chosen to the best that the proofs allow. */
class Trial {
  readonly search: Search;
  readonly seen: Attempt[] = [];
  readonly #input: ProposeInput;
  readonly #known: Known;
  readonly #choice: Choice;
  readonly #joined: boolean;
  readonly #nodes: Node[] = [];
  #chosen: Attempt | null = null;
  #steps: { readonly from: Attempt; readonly left: Selection[] } | null = null;

  constructor(input: ProposeInput, known: Known, choice: Choice) {
    const { candidates, grain, maxProofs = 8 } = input;
    const isMerged = [...choice.selection.values()].some((from) => from.includes('+'));
    this.search = new Search(candidates, known.ranking, input, maxProofs);
    this.#input = input;
    this.#known = known;
    this.#choice = choice;
    this.#joined = grain !== 'candidate' && (areDisjoint(candidates) || isMerged);
  }

  /** What is proposed, what was chosen first, and the best whole candidate. */
  async run(): Promise<{ final: Attempt; chosen: Attempt | null; whole: Attempt }> {
    const { best, wholeBest } = this.#known;
    this.#chosen = await this.#consider(this.#choice.selection);
    if (this.#chosen?.whole !== best.id) await this.#consider(wholeBest);
    for (let next = this.#next(); next && !this.search.spent && !this.#done(); next = this.#next())
      await this.#consider(next);
    const whole = this.seen.find((attempt) => attempt.whole === best.id)!;
    const kept = this.seen.filter(({ selection }) => this.#keepsFixed(selection));
    return { final: this.#bestAccepted() ?? this.#preferred(kept) ?? whole, chosen: this.#chosen, whole };
  }

  async #consider(selection: Selection): Promise<Attempt | null> {
    const { candidates, measured, grouping, grain } = this.#input;
    const { best, context, kept } = this.#known;
    const found = holdsTogether(candidates, grouping.together, selection) ? await this.search.look(selection) : null;
    if (!found) return null;
    const { notWorse, better, why } = standing(found.evidence, best.evidence, context);
    const candidate = measured.find(({ id }) => id === found.whole);
    const sound = candidate ? !isByMeasure(compareCandidates(best, candidate, context)) : notWorse;
    const earned =
      found.whole === best.id || (!candidate && better) || kept.size > 0 || this.#preference(selection) > 0;
    const attempt = { selection, ...found, accepted: sound && earned && this.#keepsFixed(selection), why };
    this.seen.push(attempt);
    if (grain !== 'candidate') this.#nodes.push(toNode(selection, found.evidence, this.#known));
    return attempt;
  }

  /**
   * The next one to look at. Where nothing speaks against one any more, what was preferred and had to give way is tried
   * once more, a piece at a time.
   */
  #next(): Selection | null {
    const top = this.#input.grain === 'candidate' ? null : this.#faultless();
    if (!top) return nextSelection(this.#nodes);
    if (this.#steps?.from !== top) {
      const steps = stepsTowards(this.#choice.selection, top.selection, this.#known);
      const left = steps.filter((step) => this.#preference(step) > this.#preference(top.selection));
      this.#steps = { from: top, left: left.sort((a, b) => this.#preference(b) - this.#preference(a)) };
    }
    return this.#steps.left.shift() ?? null;
  }

  /** Nothing can do better than a tree that nothing speaks against and that is what was preferred. */
  #done(): boolean {
    const top = this.#faultless();
    if (top === null || top === this.#chosen || this.#chosen === null) return top !== null;
    return this.#preference(top.selection) >= this.#preference(this.#choice.selection);
  }

  #faultless(): Attempt | null {
    const top = this.#bestAccepted();
    return top !== null && this.#flaws(top) === 0 ? top : null;
  }

  #bestAccepted(): Attempt | null {
    return this.#preferred(this.seen.filter(({ accepted }) => accepted));
  }

  #preferred(attempts: readonly Attempt[]): Attempt | null {
    return attempts.reduce<Attempt | null>((top, each) => {
      if (top === null) return each;
      const fewer = this.#flaws(top) - this.#flaws(each);
      return (fewer || this.#preference(each.selection) - this.#preference(top.selection)) > 0 ? each : top;
    }, null);
  }

  #flaws({ evidence }: Attempt): number {
    return faults(evidence, this.#known.context);
  }

  /** Parts that fit each other are wanted whatever else is. */
  #preference(selection: Selection): number {
    if (this.#joined && selection === this.#choice.selection) return this.#known.paths.length + 1;
    return preferenceFor(this.#input, selection, this.#known.wholeBest);
  }

  #keepsFixed(selection: Selection): boolean {
    const content = (path: string, from: string) => contentKey(this.#input.candidates, path, from);
    return [...this.#known.kept].every(
      ([path, from]) => !selection.has(path) || content(path, selection.get(path)!) === content(path, from),
    );
  }
}
