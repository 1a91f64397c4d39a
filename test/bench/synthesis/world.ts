// A task as the program sees it: candidates with their gates and cross-gates, trees that can be composed and proven.
// Held-out tests are behind `solved` and nowhere else.
import type { Candidate, Pick } from '../../../lib/core/candidate.ts';
import type { CrossCell, Evidence, GateEvidence, MeasuredCandidate } from '../../../lib/evidence/evidence.ts';
import { failuresWith } from '../../../lib/evidence/failing-tests.ts';
import { classifyGate, type GateRun } from '../../../lib/evidence/gate-state.ts';
import { type Grouping, groupFiles } from '../../../lib/evidence/groups.ts';
import { isTestPath } from '../../../lib/evidence/test-names.ts';
import { digest } from '../../support/readers.ts';
import type { Author, Task } from './generate.ts';
import type { Ran, Runner } from './runner.ts';
import { changesBetween, type Tree, treeId } from './trees.ts';

export interface World {
  readonly task: Task;
  readonly works: readonly Candidate[];
  readonly candidates: readonly MeasuredCandidate[];
  readonly base: readonly GateEvidence[];
  readonly grouping: Grouping;
  readonly compose: (picks: readonly Pick[]) => Promise<string | null>;
  readonly prove: (tree: string) => Promise<Evidence>;
  readonly solved: (tree: string) => Promise<boolean>;
  /** A tree's id by the source of each path. */
  readonly mix: (from: ReadonlyMap<string, string>) => string;
}

const withoutTests = (tree: Tree): [string, string][] => [...tree].filter(([path]) => !isTestPath(path));

/** The test files that an author added or changed. */
function testsOf(author: Author, base: Tree): [string, string][] {
  return [...author.tree].filter(([path, text]) => isTestPath(path) && base.get(path) !== text);
}

const read = ({ output, ...ran }: Ran): GateRun => ({ ...ran, said: digest(output) });

export async function openWorld(task: Task, runner: Runner): Promise<World> {
  const works = task.authors.map(({ id, tree }) => ({
    id,
    tree: treeId(tree),
    changes: changesBetween(task.base, tree),
  }));
  const paths = [...new Set(works.flatMap(({ changes }) => [...changes.keys()]))];
  const trees = new Map<string, Tree>(task.authors.map(({ tree }) => [treeId(tree), tree]));
  const baseRun = read(await runner.run(task.base));
  const size = (tree: Tree) =>
    [...changesBetween(task.base, tree).values()]
      .filter(({ path }) => !isTestPath(path))
      .reduce((sum, { addedLines, deletedLines }) => sum + addedLines + deletedLines, 0);

  const gateOf = (run: GateRun, base: GateRun | null): GateEvidence => ({
    gate: 'tests',
    required: true,
    state: classifyGate({ ...run, base }),
    exitCode: run.exitCode,
    counts: run.said.counts,
    failing: failuresWith(run.said.failing, paths),
  });

  const evidenceOf = async (tree: Tree, codeOf: string): Promise<Evidence> => {
    const cross = task.authors.map(async (author): Promise<CrossCell[]> => {
      const tests = testsOf(author, task.base);
      if (tests.length === 0) return [];
      const run = read(await runner.run(new Map([...withoutTests(tree), ...tests])));
      const state = classifyGate(run);
      return [
        { testsOf: author.id, codeOf, state, counts: run.said.counts, failing: failuresWith(run.said.failing, paths) },
      ];
    });
    const run = read(await runner.run(tree));
    return {
      tree: treeId(tree),
      gates: [gateOf(run, baseRun)],
      cross: (await Promise.all(cross)).flat(),
      size: size(tree),
    };
  };

  const candidates = await Promise.all(
    task.authors.map(async ({ id, tree }) => ({ id, evidence: await evidenceOf(tree, id) })),
  );
  const mix = (from: ReadonlyMap<string, string>): string => {
    const tree = new Map(task.base);
    for (const [path, source] of from) {
      const text = (task.authors.find(({ id }) => id === source)?.tree ?? task.base).get(path);
      if (text === undefined) tree.delete(path);
      else tree.set(path, text);
    }
    const id = treeId(tree);
    trees.set(id, tree);
    return id;
  };
  return {
    task,
    works,
    candidates,
    base: [gateOf(baseRun, null)],
    grouping: groupFiles(
      task.authors.map(({ id, tree }) => ({
        id,
        changes: [...works.find((work) => work.id === id)!.changes.values()],
        text: (path) => tree.get(path) ?? null,
      })),
    ),
    mix,
    compose: async (picks) => mix(new Map(picks.map(({ path, from }) => [path, from]))),
    prove: (tree) => evidenceOf(trees.get(tree)!, 'composite'),
    solved: async (tree) =>
      (await runner.run(new Map([...withoutTests(trees.get(tree)!), ...task.heldOut]))).exitCode === 0,
  };
}
