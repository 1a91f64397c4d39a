// Writes down what was decided as a plan: picks with their reasons, and sentences that say how it came to this.
// Decides nothing.
import type { Plan } from '../core/candidate.ts';
import type { Attempt } from './attempt.ts';
import type { Choice } from './choose.ts';
import { allRequiredPass, type Contender } from './evidence.ts';
import { type RankContext, standing } from './rank.ts';
import { contentKey, type Reason, toPicks, type Work } from './selection.ts';
import type { Vote } from './votes.ts';

export interface Decided {
  readonly final: Attempt;
  /** What was chosen before anything was proven. */
  readonly chosen: Attempt | null;
  readonly choice: Choice;
  /** The best whole candidate. */
  readonly whole: Attempt;
  readonly works: readonly Work[];
  readonly contenders: readonly Contender[];
  readonly context: RankContext;
  readonly votes: ReadonlyMap<string, Vote>;
  readonly fixed: ReadonlyMap<string, string>;
}

/** The choice's own reasons where it was followed, what was proven elsewhere. */
function reasonsOf({ final, choice, works, whole }: Decided): Map<string, Reason> {
  const reasons = new Map<string, Reason>();
  const proven: Reason = {
    by: /^(?:fails|stands) /.test(final.why) ? 'cross-gates' : 'gates',
    why: `proven so: ${final.why}`,
    confidence: 0.8,
  };
  const part: Reason = { by: 'group', why: `part of ${whole.whole}, the best whole candidate`, confidence: 0.6 };
  for (const [path, from] of final.selection) {
    const followed = contentKey(works, path, choice.selection.get(path) ?? 'base') === contentKey(works, path, from);
    const reason = followed ? choice.reasons.get(path) : undefined;
    reasons.set(path, reason ?? (final.whole === null && final.why !== '' ? proven : part));
  }
  return reasons;
}

function outcome({ final, chosen, choice, whole, works, context }: Decided): string[] {
  const best = whole.whole ?? '';
  if (final === chosen) {
    if (final.whole !== null) return [];
    const against = final.why === '' ? `does as well as ${best}` : `does better than ${best}`;
    if (!final.accepted) return [`The mix does worse than ${best}, the best whole candidate: ${final.why}.`];
    return [`The mix ${against}, the best whole candidate${final.why === '' ? '' : `: ${final.why}`}.`];
  }
  if (final.whole === null)
    return [
      `What was chosen first did not hold when it was tried, so pieces were exchanged until it did better than ${best}: ${final.why}.`,
    ];
  const asChosen = [...choice.selection].every(
    ([path, from]) => contentKey(works, path, from) === contentKey(works, path, final.selection.get(path) ?? 'base'),
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
  const { final, choice, works, contenders, votes, fixed } = decided;
  const files = toPicks(final.selection, works, reasonsOf(decided));
  const sources = new Set(files.flatMap(({ from }) => from.split('+')));
  const unfinished = contenders.filter(({ id, partial }) => partial && sources.has(id));
  const byJudge = files.some(({ by }) => by === 'judge');
  return {
    files,
    decided_by: fixed.size > 0 ? 'user' : byJudge ? 'judge' : 'evidence',
    tree: final.tree,
    whole: final.whole,
    notes: [
      ...(final.selection === choice.selection ? choice.notes : []),
      ...outcome(decided),
      ...unfinished.map(({ id }) => `${id} did not finish; what it left is used.`),
    ],
    undecided: [...votes].filter(([path, vote]) => !vote.decided && final.selection.has(path)).map(([path]) => path),
    integrated: false,
    proven: allRequiredPass(final.evidence),
  };
}
