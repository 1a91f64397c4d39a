// Blind judging: who stands under which letter, and what several answers add up to. A judge sees the candidates in two
// opposite orders; only what it says both times counts. Rankings are combined, not ratings: a 4 is not everybody's 4.
import { BASE } from '../core/candidate.ts';
import { groupBy } from '../core/group-by.ts';
import { type FileVerdict, type JudgeAnswer, RATINGS } from './judge-answer.ts';
import { seededRandom, shuffled } from './random.ts';

/** Candidates in the order in which a judge sees them: the first one is A. */
export type Order = readonly string[];

/** The letter of a place: A … Z, then A2 … */
export function letterOf(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26));
  return place < 26 ? letter : `${letter}${Math.floor(place / 26) + 1}`;
}

/** Two opposite orders, drawn for this judge; the same seed and judge give the same ones. */
export function blindOrders(candidates: readonly string[], seed: string, judge: string): readonly [Order, Order] {
  const first = shuffled([...candidates].sort(), seededRandom(`${seed}\n${judge}`));
  return [first, [...first].reverse()];
}

/** One answer and the order it was given for. */
export interface OrderedAnswer {
  readonly order: Order;
  readonly answer: JudgeAnswer;
  /** Files for which one answer is enough: it chooses what is chosen without it, so that another changes nothing. */
  readonly settled?: readonly string[];
}

/** What one judge holds of one file: candidates (or `base`), best to worst, those it can't tell apart side by side. */
export type Ranking = readonly (readonly string[])[];

/** For each path with a verdict: its ranking, or null where the judge's answers differ. */
type JudgeRankings = ReadonlyMap<string, Ranking | null>;

/** Tells which candidates' versions of a file are the same; equal ones share a name. */
type Canonical = (path: string, id: string) => string;

const ratingOf = (verdict: FileVerdict, letter: string): number | null => {
  const given = verdict.ratings.get(letter);
  return given ? RATINGS.reduce((sum, name) => sum + given[name], 0) : null;
};

/** Everyone but the best, in tiers; two candidates are in order only where both answers order them so. */
function restInTiers(rest: readonly string[], views: readonly ReadonlyMap<string, number | null>[]): string[][] {
  const beats = (a: string, b: string) =>
    views.every(
      (view) => (view.get(a) ?? null) !== null && (view.get(b) ?? null) !== null && view.get(a)! > view.get(b)!,
    );
  // How many others each one surely beats, less how many surely beat it: ties stay ties, and no circle can arise.
  const wins = new Map(
    rest.map((a) => [a, rest.filter((b) => beats(a, b)).length - rest.filter((b) => beats(b, a)).length]),
  );
  const tiers = groupBy(rest, (id) => wins.get(id)!);
  return [...tiers].sort(([a], [b]) => b - a).map(([, ids]) => ids);
}

/** Equal versions chosen from different candidates, each time the first (or last) shown: the place may have chosen. */
function isPositional(views: readonly { id: string; fromStart: number; fromEnd: number }[]): boolean {
  if (views.every(({ id }) => id === views[0]!.id)) return false;
  return views.every(({ fromStart }) => fromStart === 0) || views.every(({ fromEnd }) => fromEnd === 0);
}

/**
 * What one judge's answers say together. A file whose best version depends on the order is undecided, and so is
 * every file when only one of the two answers came, unless one is enough.
 */
export function combineOrders(answers: readonly OrderedAnswer[], canonical: Canonical = (_, id) => id): JudgeRankings {
  const combined = new Map<string, Ranking | null>();
  const paths = new Set(answers.flatMap(({ answer }) => answer.files.map(({ path }) => path)));
  for (const path of paths) {
    const enough = answers.filter(({ settled }) => settled?.includes(path));
    const views = (enough.length > 0 ? enough : answers).map(({ order, answer }) => {
      const verdict = answer.files.find((file) => file.path === path);
      const place = order.findIndex((_, index) => letterOf(index) === verdict?.best);
      const rated = new Map<string, number | null>();
      for (const [place, id] of order.entries()) {
        const name = canonical(path, id);
        // of equal versions one is shown, and may be the only one that was rated
        if (verdict) rated.set(name, rated.get(name) ?? ratingOf(verdict, letterOf(place)));
      }
      const id = order[place] ?? BASE;
      const best = verdict ? canonical(path, id) : null;
      return { best, id, fromStart: place, fromEnd: order.length - 1 - place, rated };
    });
    const best = views[0]?.best ?? null;
    if (
      views.length < (enough.length || 2) ||
      best === null ||
      views.some((view) => view.best !== best) ||
      isPositional(views)
    ) {
      combined.set(path, null);
      continue;
    }
    const rest = [...views[0]!.rated.keys()].filter((id) => id !== best);
    const ratings = views.map(({ rated }) => rated);
    combined.set(path, [[best], ...restInTiers(rest, ratings)]);
  }
  return combined;
}

/** What all judges together hold of a file. */
export interface Vote {
  readonly path: string;
  /** From best to worst; empty where no judge decided. */
  readonly ranking: Ranking;
  readonly decided: boolean;
  /** The share of pairwise comparisons that the first one wins, 0 to 1. */
  readonly confidence: number;
}

/** One judge's rankings; `self`: the candidate it made itself, null when its vote on that counts too. */
interface Ballot {
  readonly judge: string;
  readonly rankings: JudgeRankings;
  readonly self: string | null;
}

/** Pairwise wins (Copeland: more judges for than against), ties broken by places (Borda). */
function combinePath(path: string, rankings: readonly Ranking[], asked: number): Vote {
  const ids = [...new Set(rankings.flatMap((ranking) => ranking.flat()))].sort();
  const tierOf = (ranking: Ranking, id: string) => ranking.findIndex((tier) => tier.includes(id));
  const ahead = (a: string, b: string) =>
    rankings.filter(
      (ranking) => tierOf(ranking, a) >= 0 && tierOf(ranking, b) >= 0 && tierOf(ranking, a) < tierOf(ranking, b),
    ).length;
  const points = new Map(
    ids.map((a) => {
      const pairs = ids.filter((b) => b !== a).map((b) => Math.sign(ahead(a, b) - ahead(b, a)));
      const copeland = pairs.reduce((sum, won) => sum + won, 0);
      const borda = rankings.reduce((sum, ranking) => {
        const tier = tierOf(ranking, a);
        return tier < 0 ? sum : sum + ranking.slice(tier + 1).flat().length / Math.max(1, ranking.flat().length - 1);
      }, 0);
      return [a, { copeland, borda, wins: pairs.filter((won) => won > 0).length }] as const;
    }),
  );
  const order = [...ids].sort((a, b) => {
    const [left, right] = [points.get(a)!, points.get(b)!];
    return right.copeland - left.copeland || right.borda - left.borda;
  });
  const ranking: string[][] = [];
  for (const id of order) {
    const last = ranking.at(-1)?.[0];
    const [mine, theirs] = [points.get(id)!, last === undefined ? null : points.get(last)!];
    if (theirs && mine.copeland === theirs.copeland && mine.borda === theirs.borda) ranking.at(-1)!.push(id);
    else ranking.push([id]);
  }
  const decided = ranking[0]?.length === 1;
  const share = decided ? points.get(ranking[0]![0]!)!.wins / Math.max(1, ids.length - 1) : 0;
  return { path, ranking: decided ? ranking : [], decided, confidence: share * (rankings.length / Math.max(1, asked)) };
}

/**
 * Combines the judges' rankings per file. Judges that could not decide a file have no voice on it.
 * @param ballots one per judge
 */
export function combineBallots(ballots: readonly Ballot[]): ReadonlyMap<string, Vote> {
  const paths = new Set(ballots.flatMap(({ rankings }) => [...rankings.keys()]));
  return new Map(
    [...paths].map((path) => {
      const rankings = ballots.flatMap(({ rankings, self }) => {
        const ranking = rankings.get(path);
        if (!ranking) return [];
        const heard = ranking.map((tier) => tier.filter((id) => id !== self)).filter((tier) => tier.length > 0);
        return heard.flat().length > 1 || self === null ? [heard] : [];
      });
      return [path, combinePath(path, rankings, ballots.length)] as const;
    }),
  );
}
