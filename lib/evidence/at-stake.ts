// What judges can still decide once everything was measured: the files of which more than one version may be chosen,
// and what is chosen of them without a judge. Nobody needs to be asked about the rest.
import { blameOn, significant } from './blame.ts';
import { choose } from './choose.ts';
import { passesWithin } from './cross.ts';
import { type FileGroup, splitGroup } from './groups.ts';
import { type ChooseInput, type Option, optionsFor } from './options.ts';
import { equalToFirst } from './rank.ts';
import { areDisjoint, changedPaths, contentKey, type Selection, versionsOf } from './selection.ts';
import { isTestPath } from './test-names.ts';

export interface AtStake {
  /** path → the candidates whose versions of it may be chosen, the one first that is chosen without a judge. */
  readonly open: ReadonlyMap<string, readonly string[]>;
  /** What is chosen without a judge. */
  readonly chosen: Selection;
  /** Files that are decided together. */
  readonly groups: readonly (readonly string[])[];
}

/** @param input without votes */
export async function atStake(input: ChooseInput): Promise<AtStake> {
  const { selection: chosen } = await choose(input);
  return { open: new Map(openIn(input)), chosen, groups: input.grouping.groups.map(({ paths }) => paths) };
}

function openIn(input: ChooseInput): readonly (readonly [string, readonly string[]])[] {
  const { candidates, grain, ranking, context, grouping } = input;
  if (grain === 'file')
    return areDisjoint(candidates) ? [] : grouping.groups.flatMap((group) => openInGroup(input, group));
  // of whole candidates the best are equal, or one is; places within files may come from anybody
  const ids =
    grain === 'candidate' ? equalToFirst(ranking, context).map(({ id }) => id) : candidates.map(({ id }) => id);
  const rivals = candidates.filter(({ id }) => ids.includes(id));
  return changedPaths(rivals).flatMap((path) => (versionsOf(rivals, path).size > 1 ? [[path, ids] as const] : []));
}

/** As choose.ts decides a group: what speaks against a candidate's versions comes first, then votes. */
function openInGroup(input: ChooseInput, group: FileGroup): readonly (readonly [string, readonly string[]])[] {
  const options = optionsFor(input, group.paths);
  const best = options[0]!;
  const pieces = best.blame > 0 ? splitGroup(group) : [group];
  if (pieces.length > 1) return pieces.flatMap((piece) => openInGroup(input, piece));
  const isLoose = group.links.some(({ strength }) => strength < 0.5);
  return group.paths.flatMap((path) => {
    const rivals = options.filter(
      (each) =>
        each.blame === best.blame ||
        (isLoose && significant(blameOn(input.blame.get(each.id)!, [path])) === 0) ||
        hasBetterTest(path, each, best),
    );
    const versions = new Set(rivals.map(({ id }) => contentKey(input.candidates, path, id)));
    return versions.size > 1 ? [[path, rivals.map(({ id }) => id)] as const] : [];
  });
}

/** Tests may come from another hand than the code, where they pass on it (choose.ts). */
function hasBetterTest(path: string, { id, work }: Option, best: Option): boolean {
  if (!isTestPath(path) || !work.changes.get(path)?.after) return false;
  const cell = best.candidate.evidence.cross.find(({ testsOf }) => testsOf === id);
  return cell !== undefined && passesWithin(cell, path);
}
