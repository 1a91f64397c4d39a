// Writes down what was decided as a plan: picks with their reasons, and sentences on how it came to this.
import { BASE, type Candidate, type Plan } from '../core/candidate.ts';
import type { Choice } from './choose.ts';
import { allRequiredPass } from './evidence.ts';
import { standing } from './rank.ts';
import type { RankContext } from './rank-context.ts';
import type { Attempt } from './search.ts';
import { contentKey, type Reason, toPicks } from './selection.ts';
import type { Vote } from './votes.ts';

export interface Decided {
  readonly final: Attempt;
  /** What was chosen before anything was proven. */
  readonly chosen: Attempt | null;
  readonly choice: Choice;
  /** The best whole candidate. */
  readonly whole: Attempt;
  readonly candidates: readonly Candidate[];
  readonly context: RankContext;
  readonly votes: ReadonlyMap<string, Vote>;
  readonly fixed: ReadonlyMap<string, string>;
}

/** The choice's own reasons where it was followed, what was proven elsewhere. */
function reasonsOf({ final, choice, candidates, whole, votes }: Decided): Map<string, Reason> {
  const reasons = new Map<string, Reason>();
  const proven: Reason = {
    by: /^(?:fails|agrees) /.test(final.why) ? 'cross-gates' : 'gates',
    why: `proven so: ${final.why}`,
    confidence: 0.8,
  };
  const part: Reason = { by: 'group', why: `part of ${whole.whole}, the best whole candidate`, confidence: 0.6 };
  for (const [path, from] of final.selection) {
    const is = (other: string | undefined) =>
      contentKey(candidates, path, other ?? BASE) === contentKey(candidates, path, from);
    // what was said of a candidate holds for that one, not for another with the same version
    const reason = choice.selection.get(path) === from ? choice.reasons.get(path) : undefined;
    const vote = votes.get(path);
    const liked = vote?.decided && is(vote.ranking[0]?.[0]) && !is(whole.selection.get(path));
    if (reason) reasons.set(path, reason);
    else if (final.whole === null && final.accepted && final.why !== '') reasons.set(path, proven);
    else if (liked)
      reasons.set(path, {
        by: 'judge',
        why: 'preferred by the judges',
        confidence: 0.7 * vote.confidence,
      });
    else if (is(whole.selection.get(path))) reasons.set(path, part);
    else if (final.whole !== null)
      reasons.set(path, { ...part, why: `part of ${final.whole}, whose code is taken whole` });
    else
      reasons.set(path, {
        ...part,
        why: `tried in place of ${nameOf(choice.selection.get(path))}, which did not hold`,
      });
  }
  return reasons;
}

const nameOf = (from = BASE): string =>
  from === BASE ? 'the original' : `the version of ${from.replaceAll('+', ' and ')}`;

function outcome({ final, chosen, choice, whole, candidates, context }: Decided): string[] {
  const best = whole.whole ?? '';
  if (final === chosen) {
    if (final.whole !== null) return [];
    const against = final.why === '' ? `does as well as ${best}` : `does better than ${best}`;
    if (!final.accepted) return [`The mix does worse than ${best}, the best whole candidate: ${final.why}.`];
    return [`The mix ${against}, the best whole candidate${final.why === '' ? '' : `: ${final.why}`}.`];
  }
  if (final.whole === null) {
    if (!final.accepted) return [`What is proposed does worse than ${best}, the best whole candidate: ${final.why}.`];
    const gain = final.why === '' ? `as well as ${best}` : `better than ${best}: ${final.why}`;
    return chosen?.accepted
      ? [`Pieces of what was chosen first were exchanged: so it does ${gain}.`]
      : [`What was chosen first did not hold when it was tried, so pieces were exchanged until it did ${gain}.`];
  }
  const asChosen = [...choice.selection].every(
    ([path, from]) =>
      contentKey(candidates, path, from) === contentKey(candidates, path, final.selection.get(path) ?? BASE),
  );
  if (asChosen) return [];
  if (chosen === null)
    return [`The best version of each file can't be put together, so ${final.whole} is taken whole.`];
  const { notWorse, why } = standing(chosen.evidence, whole.evidence, context);
  const reason = notWorse ? `does no better than ${best} alone` : `does worse than ${best} alone (${why})`;
  return [`The best version of each file put together ${reason}, so ${final.whole} is taken whole.`];
}

/** The plan for what was decided. */
export function toPlan(decided: Decided): Plan {
  const { final, choice, candidates, context, votes, fixed } = decided;
  const files = toPicks(final.selection, candidates, reasonsOf(decided));
  const byJudge = files.some(({ by }) => by === 'judge');
  return {
    files,
    decided_by: fixed.size > 0 ? 'user' : byJudge ? 'judge' : 'evidence',
    tree: final.tree,
    whole: final.whole,
    notes: [...(final.selection === choice.selection ? choice.notes : []), ...outcome(decided)],
    undecided: [...votes].filter(([path, vote]) => !vote.decided && final.selection.has(path)).map(([path]) => path),
    integrated: false,
    proven: allRequiredPass(final.evidence),
    doubtful: [...context.suites.values()].flatMap(({ author, doubtful }) =>
      doubtful.map((test) => ({ tests_of: author, test })),
    ),
  };
}
