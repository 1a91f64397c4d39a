// Ways to turn three candidates into one result, ours among them. Each gives the share of the task that it solves:
// 0 or 1, or the mean over what it would draw from.

import type { FileVerdict } from '../../../lib/evidence/judge-answer.ts';
import { addedWords, likeness, together } from '../../../lib/evidence/likeness.ts';
import { type ProposeInput, propose } from '../../../lib/evidence/propose.ts';
import { seededRandom, shuffled } from '../../../lib/evidence/random.ts';
import { ranked } from '../../../lib/evidence/rank.ts';
import { NO_TIE_BREAKS, rankContext } from '../../../lib/evidence/rank-context.ts';
import { contentKey } from '../../../lib/evidence/selection.ts';
import { isTestPath } from '../../../lib/evidence/test-names.ts';
import {
  blindOrders,
  combineBallots,
  combineOrders,
  letterOf,
  type Order,
  type Vote,
} from '../../../lib/evidence/votes.ts';
import type { World } from './world.ts';

export type Strategy = (world: World) => Promise<number>;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const solved = async (world: World, ids: readonly string[]): Promise<number> =>
  mean(
    await Promise.all(
      world.candidates
        .filter(({ id }) => ids.includes(id))
        .map(async ({ evidence }) => Number(await world.solved(evidence.tree))),
    ),
  );

/** One author's work, whatever it is. */
export const single =
  (id: string): Strategy =>
  (world) =>
    solved(world, [id]);

/** Anyone's. */
export const random: Strategy = (world) =>
  solved(
    world,
    world.candidates.map(({ id }) => id),
  );

/** The whole candidate whose own gates do best; one of the equal ones is drawn. */
export const gatesOnly: Strategy = async (world) => {
  const bare = world.candidates.map(({ id, evidence }) => ({
    id,
    evidence: { ...evidence, cross: [], size: 0 },
  }));
  const context = rankContext(world.base, bare, new Map());
  const best = ranked(bare, context)[0]!.evidence.gates[0]!;
  const equal = bare.filter(
    ({ evidence }) =>
      evidence.gates[0]!.state === best.state &&
      (best.state === 'pass' || evidence.gates[0]!.counts?.failed === best.counts?.failed),
  );
  return solved(
    world,
    equal.map(({ id }) => id),
  );
};

/** Gates and cross-gates, but no mixing. */
export const evidenceWhole: Strategy = async (world) =>
  (await proposal(world, new Map(), { grain: 'candidate' })).solved;

/** Which version of a file a judge calls best, seeing the candidates in some order. */
type Taste = (world: World, path: string, order: Order, view: number) => string;

/**
 * Right about a file so often, otherwise taken in by a wrong version; each view of it is a new chance to err. Of several
 * right versions it prefers the one by the author whose ways it likes.
 */
export const rightSoOften =
  (share: number): Taste =>
  (world, path, order, view) => {
    const { seed, authors } = world.task;
    const random = seededRandom(`${seed} ${path} ${view}`);
    const liked = shuffled([...order].sort(), seededRandom(`${seed} taste`));
    const good = liked.filter((id) => authors.some((author) => author.id === id && !author.faulty.has(path)));
    const bad = liked.filter((id) => !good.includes(id));
    const pool = random() < share ? good : bad;
    return (pool[0] ?? liked[0])!;
  };

export const alwaysFirst: Taste = (_world, _path, order) => order[0]!;

export function votesOf(world: World, taste: Taste): ReadonlyMap<string, Vote> {
  const ids = world.candidates.map(({ id }) => id);
  const paths = [...new Set(world.works.flatMap(({ changes }) => [...changes.keys()]))];
  const answers = blindOrders(ids, world.task.seed, 'judge').map((order, view) => ({
    order,
    answer: {
      notes: '',
      files: paths.map(
        (path): FileVerdict => ({
          path,
          best: letterOf(order.indexOf(taste(world, path, order, view))),
          why: '',
          ratings: new Map(),
        }),
      ),
    },
  }));
  // Equal versions share a name, so that either of them is the same answer.
  const canonical = (path: string, id: string) =>
    ids.find((other) => contentKey(world.works, path, other) === contentKey(world.works, path, id)) ?? id;
  return combineBallots([{ judge: 'judge', self: null, rankings: combineOrders(answers, canonical) }]);
}

export interface Outcome {
  readonly solved: number;
  readonly mixed: boolean;
  readonly proofs: number;
  readonly notes: readonly string[];
}

export async function proposal(
  world: World,
  votes: ReadonlyMap<string, Vote>,
  more: Partial<ProposeInput> = {},
): Promise<Outcome> {
  const { works, candidates, base, grouping, compose, prove } = world;
  const input: ProposeInput = {
    candidates: works,
    measured: candidates,
    base,
    grouping,
    votes,
    grain: 'file',
    mergeFile: async () => false,
    ties: { ...NO_TIE_BREAKS, likeness: likenessOf(world) },
    compose,
    prove,
    ...more,
  };
  const { plan, attempts } = await propose(input);
  return {
    solved: Number(await world.solved(plan.tree)),
    mixed: plan.whole === null,
    proofs: attempts.length,
    notes: plan.notes,
  };
}

/** How alike the authors' sources are in what they add. */
function likenessOf({ task }: World): ReadonlyMap<string, number> {
  return likeness(
    new Map(
      task.authors.map(({ id, tree }) => {
        const sources = [...tree].filter(([path]) => !isTestPath(path));
        return [id, together(sources.map(([path, text]) => addedWords(task.base.get(path) ?? null, text)))];
      }),
    ),
  );
}

export const ours: Strategy = async (world) => (await proposal(world, new Map())).solved;
export const oursJudged =
  (taste: Taste): Strategy =>
  async (world) =>
    (await proposal(world, votesOf(world, taste))).solved;

/** The best possible mix of source files: what is possible at all. */
export const oracle: Strategy = async (world) => {
  const { task } = world;
  const all = [...new Set(world.works.flatMap(({ changes }) => [...changes.keys()]))].filter((path) =>
    path.startsWith('src/'),
  );
  // A file that everyone got wrong fails the held-out tests in any mix (verify.ts holds the faults to that).
  if (task.sources.some((path) => task.authors.every(({ faulty }) => faulty.has(path)))) return 0;
  let mixes: Map<string, string>[] = [new Map()];
  for (const path of all) {
    const versions = task.authors.filter(({ faulty }) => !faulty.has(path)).map(({ id }) => id);
    const different = versions.filter(
      (id, index) =>
        versions.findIndex((other) => contentKey(world.works, path, other) === contentKey(world.works, path, id)) ===
        index,
    );
    mixes = mixes.flatMap((mix) => different.map((id) => new Map([...mix, [path, id]])));
  }
  // Most likely first: as few authors as possible.
  mixes.sort((a, b) => new Set(a.values()).size - new Set(b.values()).size);
  for (const mix of mixes) if (await world.solved(world.mix(mix))) return 1;
  return 0;
};
