// What of the candidates is put before judges: what they can still decide, whose versions that are, and of what a second
// answer, with the candidates the other way round, could change anything. Asks nobody.

import type { Grain } from '../evidence/options.ts';
import { contentKey } from '../evidence/selection.ts';
import { letterOf } from '../evidence/votes.ts';
import type { Entrant } from './entrants.ts';
import type { StepContext } from './executor.ts';
import { contested } from './judged-versions.ts';
import { type Judgement, judgementFromJson } from './judgement.ts';
import { judgesMay } from './proposing.ts';

export interface Stakes {
  /** Those of whom anything may be chosen. */
  readonly shown: readonly Entrant[];
  /** The files to judge. */
  readonly paths: readonly string[];
  /**
   * The files to ask about again once there are answers: where one would change what is chosen without it, and those
   * that are decided together with them. What all answers confirm stays as it is, whatever a second one says. null: all.
   */
  readonly again: ((answers: readonly Judgement[]) => ReadonlySet<string>) | null;
}

/** @param all those who take part; where the step does not say how it is chosen, all that differs is judged, twice */
export async function stakesOf(context: StepContext, all: readonly Entrant[]): Promise<Stakes> {
  const grain = context.fields.grain as Grain | undefined;
  if (grain === undefined) return { shown: all, paths: contested(all), again: null };
  const { open, chosen, groups } = await judgesMay(context, all, grain);
  const ids = new Set([...open.values()].flat());
  const shown = all.filter(({ id }) => ids.has(id));
  const paths = contested(shown).filter((path) => open.has(path));
  const isDoubted = (path: string, { order, answer }: Judgement) => {
    const verdict = judgementFromJson(answer).files.find((file) => file.path === path);
    const best = order.find((_, place) => letterOf(place) === verdict?.best) ?? 'base';
    return !verdict || contentKey(all, path, best) !== contentKey(all, path, chosen.get(path) ?? 'base');
  };
  const again = (answers: readonly Judgement[]) => {
    const doubted = paths.filter((path) => answers.some((each) => isDoubted(path, each)));
    const together = groups.filter((group) => group.some((path) => doubted.includes(path)));
    return new Set([...doubted, ...together.flat()]);
  };
  return { shown, paths, again };
}
