// Proven before proposed: composes what was chosen, has it proven, tries the smallest changes that make it better, and falls
// back to the best whole candidate. On gates and on others' tests the proposal is never worse than that candidate.
// Trees and proofs come by callbacks; this file only decides what to try.
import type { Pick, Plan } from '../core/candidate.ts';
import { blameOf, type BlameMap, type Charge, chargesOf, isFreeOf } from './blame.ts';
import { areDisjoint, changedPaths, choose, contentKey, sourceOf, toPicks, wholeSelection, type Choice, type Grain, type MergeFile, type Reason, type Selection, type Work } from './choose.ts';
import { allRequiredPass, type Contender, type Evidence, type GateEvidence } from './evidence.ts';
import { type Grouping, parts, STRENGTH } from './groups.ts';
import { faults, rankContext, ranked, type RankContext, standing } from './rank.ts';
import { isTestPath } from './test-names.ts';
import type { Vote } from './votes.ts';

export interface ProposeInput {
  readonly works: readonly Work[];
  /** The same candidates with their evidence; at least one. */
  readonly contenders: readonly Contender[];
  /** Gates of the untouched base. */
  readonly base: readonly GateEvidence[];
  readonly grouping: Grouping;
  /** What the judges decided, by path; empty without judges. */
  readonly votes: ReadonlyMap<string, Vote>;
  /** The user's own choices: path → candidate or `base`. They are never overruled. */
  readonly fixed?: ReadonlyMap<string, string>;
  readonly grain: Grain;
  readonly mergeFile: MergeFile;
  /** The tree of some picks (those from the base left out), null where they can't be put together. */
  readonly compose: (picks: readonly Pick[]) => Promise<string | null>;
  /** Gates and cross-gates of a tree. Called at most once per tree, and never for a candidate's own tree. */
  readonly prove: (tree: string) => Promise<Evidence>;
  /** How many trees may be proven at most. */
  readonly maxProofs?: number;
}

/** A mix that was looked at. */
export interface Attempt {
  readonly selection: Selection;
  readonly tree: string;
  readonly evidence: Evidence;
  /** It may be proposed. */
  readonly accepted: boolean;
  readonly why: string;
}

export interface Proposal {
  readonly plan: Plan;
  readonly evidence: Evidence;
  /** The best whole candidate. */
  readonly best: string;
  /** What was proven on the way, in order; the first one is what was chosen, unless that was a whole candidate. */
  readonly attempts: readonly Attempt[];
}

/** A change of some paths to one source each. */
interface Move {
  readonly to: Map<string, string>;
  readonly worth: number;
}

/** A starting point for moves. */
interface Pivot {
  readonly selection: Selection;
  readonly evidence: Evidence;
  readonly moves: Move[];
  readonly faults: number;
}

const LEVELS = [0, STRENGTH.sameInterface, STRENGTH.test, STRENGTH.changedInterface];

class Search {
  readonly attempts: Attempt[] = [];
  private readonly known = new Map<string, Evidence>();
  private readonly wholes = new Map<string, Evidence>();
  private readonly tried = new Set<string>();
  private readonly input: ProposeInput;
  private proofs: number;

  constructor(input: ProposeInput) {
    this.input = input;
    this.proofs = input.maxProofs ?? 8;
    const paths = changedPaths(input.works);
    for (const { id, evidence } of input.contenders) {
      this.known.set(evidence.tree, evidence);
      const work = input.works.find((each) => each.id === id);
      if (work) this.wholes.set(this.keyOf(wholeSelection(work, paths)), evidence);
    }
  }

  get spent(): boolean {
    return this.proofs <= 0;
  }

  /** Tree and evidence of a selection; null where it can't be composed, was looked at before, or the proofs are used up. */
  async evaluate(selection: Selection): Promise<{ tree: string; evidence: Evidence } | null> {
    const key = this.keyOf(selection);
    if (this.tried.has(key)) return null;
    this.tried.add(key);
    const whole = this.wholes.get(key);
    if (whole) return { tree: whole.tree, evidence: whole };
    if (this.spent) return null;
    const picks = toPicks(selection, this.input.works, new Map()).filter(({ from }) => from !== 'base');
    const tree = await this.input.compose(picks);
    if (tree === null) return null;
    const known = this.known.get(tree);
    if (known) return { tree, evidence: known };
    this.proofs--;
    const evidence = await this.input.prove(tree);
    this.known.set(tree, evidence);
    return { tree, evidence };
  }

  private keyOf(selection: Selection): string {
    return [...selection].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, from]) => `${path}\0${contentKey(this.input.works, path, from)}`).join('\n');
  }
}

/** How much more a selection is what the judges want than another one: the confidence of each file that it has their way. */
function wantedBy(votes: ReadonlyMap<string, Vote>, works: readonly Work[], selection: Selection): number {
  let wanted = 0;
  for (const [path, vote] of votes) {
    const [first, mine] = [vote.decided ? vote.ranking[0]?.[0] : undefined, selection.get(path)];
    if (first !== undefined && mine !== undefined && contentKey(works, path, first) === contentKey(works, path, mine)) wanted += vote.confidence;
  }
  return wanted;
}

/** What is known when moves are looked for. */
interface Field {
  readonly input: ProposeInput;
  readonly ranking: readonly Contender[];
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
  readonly files: BlameMap;
  readonly context: RankContext;
}

const on = ({ weight, shares }: Charge, paths: readonly string[]): number => weight * paths.reduce((sum, path) => sum + (shares.get(path) ?? 0), 0);

/**
 * The small changes of a selection that may mend it, the most promising last: files that its failing evidence points at,
 * from candidates that are free of the failure, less what speaks against their versions and not against this one.
 */
function movesFrom(selection: Selection, evidence: Evidence, { input, ranking, charges, files, context }: Field): Move[] {
  const mine = chargesOf(evidence, files, context);
  const seen = new Set<string>();
  const moves: Move[] = [];
  for (const [rank, { id, partial, evidence: theirs }] of ranking.entries()) {
    const work = input.works.find((each) => each.id === id);
    if (!work) continue;
    const mended = mine.filter((charge) => isFreeOf(theirs, charge));
    const brought = charges.get(id)!.filter((charge) => isFreeOf(evidence, charge));
    for (const level of LEVELS) {
      for (const group of input.grouping.groups) {
        for (const part of parts(group.paths, group.links, level)) {
          const paths = part.filter((path) => !input.fixed?.has(path) && contentKey(input.works, path, sourceOf(work, path)) !== contentKey(input.works, path, selection.get(path) ?? 'base'));
          const gain = mended.reduce((sum, charge) => sum + on(charge, paths), 0);
          if (gain === 0) continue;
          const to = new Map(paths.map((path) => [path, sourceOf(work, path)]));
          const key = paths.map((path) => `${path}\0${contentKey(input.works, path, to.get(path)!)}`).join('\n');
          if (seen.has(key)) continue;
          seen.add(key);
          const price = brought.reduce((sum, charge) => sum + on(charge, paths), 0) + 0.05 * paths.length + 0.01 * rank + (partial ? 0.5 : 0);
          moves.push({ to, worth: gain - price });
        }
      }
    }
  }
  return moves.sort((a, b) => a.worth - b.worth);
}

/** Takes the best move of the best pivot; equal pivots take turns by what their moves promise. */
function nextMove(pivots: readonly Pivot[]): { pivot: Pivot; move: Move } | null {
  let best: Pivot | null = null;
  for (const pivot of pivots) {
    const last = pivot.moves.at(-1);
    if (!last) continue;
    const ahead = best === null || pivot.faults < best.faults || (pivot.faults === best.faults && last.worth > best.moves.at(-1)!.worth);
    if (ahead) best = pivot;
  }
  const move = best?.moves.pop();
  return best && move ? { pivot: best, move } : null;
}

interface Option {
  readonly selection: Selection;
  readonly tree: string;
  readonly evidence: Evidence;
  readonly wanted: number;
  readonly whole: string | null;
  readonly why: string;
}

/** Fewer faults, then what is wanted, then what came first. */
function bestOption(options: readonly Option[], context: RankContext): Option {
  return options.reduce((best, option) => {
    const difference = faults(best.evidence, context) - faults(option.evidence, context) || option.wanted - best.wanted;
    return difference > 0 ? option : best;
  });
}

/**
 * Proposes a plan that was seen to do at least as well as the best whole candidate.
 *
 * A mix must earn its place: it does better on the evidence, or the judges or the user want its pieces and nothing got
 * worse, or the candidates changed different files (each did a part), or hunks were asked for. A mix that is merely as
 * good is not proposed: what the gates don't see, one author is more likely to have thought through.
 */
export async function propose(input: ProposeInput): Promise<Proposal> {
  const paths = changedPaths(input.works);
  const fixed = input.fixed ?? new Map<string, string>();
  const changed = new Map(input.works.map(({ id, changes }) => [id, [...changes.keys()].filter((path) => !isTestPath(path))] as const));
  const context = rankContext(input.base, input.contenders, changed);
  const ranking = ranked(input.contenders, context);
  const files: BlameMap = { paths, ...input.grouping };
  const charges = new Map(input.contenders.map(({ id, evidence }) => [id, chargesOf(evidence, files, context)] as const));
  const blame = new Map([...charges].map(([id, each]) => [id, blameOf(each)] as const));
  const field: Field = { input, ranking, charges, files, context };
  const choice = await choose({ ...input, ranking, context, groups: input.grouping.groups, blame, fixed });
  const best = ranking[0]!;
  const bestWork = input.works.find(({ id }) => id === best.id)!;
  const bestSelection = wholeSelection(bestWork, paths);
  const wholes = input.contenders.map(({ id }) => [id, wholeSelection(input.works.find((work) => work.id === id)!, paths)] as const);
  const search = new Search(input);
  const notes = [...choice.notes];

  const keeps = (selection: Selection) => [...fixed].every(([path, from]) => contentKey(input.works, path, selection.get(path) ?? 'base') === contentKey(input.works, path, from));
  const wanted = (selection: Selection) => wantedBy(input.votes, input.works, selection);
  const bestWanted = wanted(bestSelection);
  const complementary = input.grain !== 'candidate' && (areDisjoint(input.works) || [...choice.selection.values()].some((from) => from.includes('+')));
  const fallback: Option = { selection: bestSelection, tree: best.evidence.tree, evidence: best.evidence, wanted: bestWanted, whole: best.id, why: '' };
  const options: Option[] = keeps(bestSelection) ? [fallback] : [];
  const pivots: Pivot[] = [];

  const consider = async (selection: Selection, chosen: boolean): Promise<Option | null> => {
    const found = await search.evaluate(selection);
    if (!found) return null;
    const whole = input.contenders.find(({ evidence }) => evidence.tree === found.tree)?.id ?? null;
    const against = standing(found.evidence, best.evidence, context);
    const preferred = wanted(selection) > bestWanted || (chosen && complementary);
    const accepted = against.notWorse && (against.better || preferred) && keeps(selection);
    const option: Option = { selection, ...found, wanted: wanted(selection) + (chosen && complementary ? 1 : 0), whole, why: against.why };
    if (accepted) options.push(option);
    if (whole === null) search.attempts.push({ selection, ...found, accepted, why: against.why });
    if (input.grain !== 'candidate')
      pivots.push({ selection, evidence: found.evidence, faults: faults(found.evidence, context), moves: movesFrom(selection, found.evidence, field) });
    return option;
  };

  const first = await consider(choice.selection, true);
  if (fixed.size === 0) await consider(bestSelection, false);
  const content = (options.length > 0 ? bestOption(options, context) : null);
  const settled = first !== null && content === first && faults(first.evidence, context) === 0;
  const nothingToGain = faults(best.evidence, context) === 0 && wanted(choice.selection) <= bestWanted && !complementary && keeps(bestSelection);
  if (!settled && !nothingToGain) {
    for (let step = nextMove(pivots); step && !search.spent; step = nextMove(pivots)) {
      const selection = new Map([...step.pivot.selection, ...step.move.to]);
      const option = await consider(selection, false);
      if (option && options.includes(option) && faults(option.evidence, context) === 0) break;
    }
  }
  // With the user's own choices no whole candidate may be left: then the nearest thing to them that was proven.
  const final = options.length > 0 ? bestOption(options, context) : (first ?? fallback);
  return { plan: toPlan(final, first, choice, input, { best, ranking, context, notes, wholes }), evidence: final.evidence, best: best.id, attempts: search.attempts };
}

interface Circumstances {
  readonly best: Contender;
  readonly ranking: readonly Contender[];
  readonly context: RankContext;
  readonly notes: readonly string[];
  readonly wholes: readonly (readonly [string, Selection])[];
}

function reasonsOf(final: Option, choice: Choice, input: ProposeInput): Map<string, Reason> {
  const reasons = new Map<string, Reason>();
  for (const [path, from] of final.selection) {
    const same = contentKey(input.works, path, choice.selection.get(path) ?? 'base') === contentKey(input.works, path, from);
    const own = same ? choice.reasons.get(path) : undefined;
    const tested = /^fails \d/.test(final.why) || final.evidence.gates.length === 0;
    const why = final.why || (final.whole ? `part of ${final.whole}, the best whole candidate` : 'the mix passed with it');
    reasons.set(path, own ?? { by: tested ? 'cross-gates' : 'gates', why, confidence: 0.7 });
  }
  return reasons;
}

function toPlan(final: Option, first: Option | null, choice: Choice, input: ProposeInput, around: Circumstances): Plan {
  const { best, context } = around;
  const reasons = reasonsOf(final, choice, input);
  const notes = [...around.notes];
  const wholeChosen = around.wholes.some(([id, selection]) => id === best.id && sameContent(input.works, selection, choice.selection));
  if (final.whole !== null && first !== final && !wholeChosen) {
    const reason = first === null ? 'its pieces can’t be put together' : standing(first.evidence, best.evidence, context).notWorse ? 'it does no better' : `it does worse: ${standing(first.evidence, best.evidence, context).why}`;
    notes.push(`The best version of each file was put together, but ${reason}. So ${final.whole} is taken whole.`);
  } else if (final.whole === null && first !== final) notes.push(`What was chosen first was changed until it did better: ${final.why || 'nothing is worse than in the best whole candidate'}.`);
  else if (final.whole === null) notes.push(final.why ? `The mix does better than ${best.id}, the best whole candidate: ${final.why}.` : `The mix does as well as ${best.id}, the best whole candidate.`);
  for (const { id, partial } of input.contenders)
    if (partial && [...final.selection.values()].some((from) => from.split('+').includes(id))) notes.push(`${id} did not finish; what it left is used.`);
  const undecided = [...input.votes].filter(([path, vote]) => !vote.decided && final.selection.has(path)).map(([path]) => path);
  const files = toPicks(final.selection, input.works, reasons);
  const byJudge = files.some(({ by }) => by === 'judge');
  return {
    files,
    decided_by: (input.fixed?.size ?? 0) > 0 ? 'user' : byJudge ? 'judge' : 'evidence',
    tree: final.tree,
    whole: final.whole,
    notes,
    undecided,
    integrated: false,
    proven: allRequiredPass(final.evidence),
  };
}

function sameContent(works: readonly Work[], a: Selection, b: Selection): boolean {
  return [...a].every(([path, from]) => contentKey(works, path, from) === contentKey(works, path, b.get(path) ?? 'base'));
}
