// Small worlds for `propose`, where a tree is path → content and tests are conditions on contents; some of them generated.
// Holds no tests itself.
import * as assert from 'uvu/assert';
import type { Candidate, Change, Pick } from '../../../lib/core/candidate.ts';
import type { GateState } from '../../../lib/core/gate-states.ts';
import type {
  CrossCell,
  Evidence,
  FailingTest,
  GateEvidence,
  MeasuredCandidate,
} from '../../../lib/evidence/evidence.ts';
import { type GroupSource, groupFiles } from '../../../lib/evidence/groups.ts';
import type { ProposeInput } from '../../../lib/evidence/propose.ts';
import type { Random } from '../../../lib/evidence/random.ts';
import type { Vote } from '../../../lib/evidence/votes.ts';
import { change } from './make.ts';

/** A world in which a tree is path → content, and tests are conditions on contents. */
export interface World {
  readonly base: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By author (`gate`: what the gate `tests` runs): test → whether it passes, and the files that it names when it fails. */
  readonly tests: Readonly<
    Record<string, Readonly<Record<string, { passes: (tree: Tree) => boolean; mentions?: readonly string[] }>>>
  >;
  readonly lint?: (tree: Tree) => boolean;
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly refuses?: (tree: Tree) => boolean;
}
export type Tree = ReadonlyMap<string, string>;

const idOf = (tree: Tree): string =>
  [...tree]
    .sort()
    .map((entry) => entry.join('='))
    .join(';');

function run(
  world: World,
  suite: string,
  tree: Tree,
): { failing: FailingTest[]; state: GateState; counts: { passed: number; failed: number } } {
  const all = Object.entries(world.tests[suite] ?? {});
  const failing = all
    .filter(([, { passes }]) => !passes(tree))
    .map(([name, { mentions = [] }]) => ({ name, mentions }));
  return {
    failing,
    state: failing.length === 0 ? 'pass' : 'fail',
    counts: { passed: all.length - failing.length, failed: failing.length },
  };
}

function evidenceOf(world: World, tree: Tree, codeOf: string): Evidence {
  const { failing, state, counts } = run(world, 'gate', tree);
  const gates: GateEvidence[] = [{ gate: 'tests', required: true, state, exitCode: failing.length, counts, failing }];
  if (world.lint)
    gates.unshift({
      gate: 'lint',
      required: true,
      state: world.lint(tree) ? 'pass' : 'fail',
      exitCode: 0,
      counts: null,
      failing: [],
    });
  const cross = Object.keys(world.tests)
    .filter((author) => author !== 'gate')
    .map((testsOf): CrossCell => ({ testsOf, codeOf, ...run(world, testsOf, tree) }));
  return { tree: idOf(tree), gates, cross, size: [...tree].filter(([path, text]) => world.base[path] !== text).length };
}

/** Opens a world for `propose`, and counts what it asks for. */
export function open(
  world: World,
  more: Partial<ProposeInput> = {},
): { input: ProposeInput; proven: string[]; trees: Map<string, Tree> } {
  const base = new Map(Object.entries(world.base));
  const trees = new Map<string, Tree>();
  const proven: string[] = [];
  const works: Candidate[] = Object.entries(world.files).map(([id, files]) => {
    const entries = Object.entries(files).filter(([path, text]) => world.base[path] !== text);
    return {
      id,
      tree: id,
      changes: new Map<string, Change>(
        entries.map(([path, text]) => [path, change(path, text, world.base[path] ?? null)]),
      ),
    };
  });
  const candidates: MeasuredCandidate[] = works.map(({ id, changes }) => {
    const tree = new Map(base);
    for (const [path, { after }] of changes) tree.set(path, after!.oid);
    return { id, evidence: evidenceOf(world, tree, id) };
  });
  const compose = async (picks: readonly Pick[]): Promise<string | null> => {
    const tree = new Map(base);
    for (const { path, from, action } of picks) {
      assert.is.not(from, 'base');
      if (action === 'delete') tree.delete(path);
      else
        tree.set(
          path,
          from.includes('+')
            ? from
                .split('+')
                .map((id) => world.files[id]![path])
                .join('&')
            : world.files[from]![path]!,
        );
    }
    if (world.refuses?.(tree)) return null;
    trees.set(idOf(tree), tree);
    return idOf(tree);
  };
  const prove = async (id: string): Promise<Evidence> => {
    proven.push(id);
    return evidenceOf(world, trees.get(id)!, 'composite');
  };
  const sources = works.map(
    ({ id, changes }): GroupSource => ({
      id,
      changes: [...changes.values()],
      text: (path) => world.texts?.[id]?.[path] ?? '',
    }),
  );
  const input: ProposeInput = {
    candidates: works,
    measured: candidates,
    base: [],
    grouping: groupFiles(sources),
    votes: new Map(),
    grain: 'file',
    mergeFile: async () => false,
    compose,
    prove,
    ...more,
  };
  return { input, proven, trees };
}

export const vote = (path: string, ...ranking: string[]): [string, Vote] => [
  path,
  { path, decided: true, confidence: 1, ranking: ranking.map((id) => [id]) },
];
/** A generated world: contents are letters, tests want some letters at some places, sometimes pairs that go together. */
export function generated(random: Random): { world: World; more: Partial<ProposeInput> } {
  const below = (n: number) => Math.floor(random() * n);
  const draw = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const ids = ['a', 'b', 'c', 'd'].slice(0, 2 + below(3));
  const paths = ['src/p.js', 'src/q.js', 'src/r.js', 'test/p.test.js', 'lib/s.py'].slice(0, 1 + below(5));
  const versions = ['1', '2', '3', '4'];
  const before = Object.fromEntries(paths.filter(() => random() < 0.8).map((path) => [path, '0']));
  const files = Object.fromEntries(
    ids.map((id) => [id, Object.fromEntries(paths.filter(() => random() < 0.8).map((path) => [path, draw(versions)]))]),
  );
  const condition = () => {
    const [one, two] = [draw(paths), draw(paths)];
    const liked = new Set([...versions, '0'].filter(() => random() < 0.6));
    const pair = random() < 0.3;
    return {
      passes: (tree: Tree) =>
        pair ? tree.get(one) === tree.get(two) || liked.has(tree.get(one) ?? '') : liked.has(tree.get(one) ?? '0'),
      mentions: random() < 0.7 ? [one] : [],
    };
  };
  const suite = () => Object.fromEntries(Array.from({ length: below(4) }, (_, n) => [`t${n}`, condition()]));
  const authors = ids.filter(() => random() < 0.7);
  const lint = condition();
  const world: World = {
    base: before,
    files,
    tests: { gate: suite(), ...Object.fromEntries(authors.map((id) => [id, suite()])) },
    ...(random() < 0.4 ? { lint: lint.passes } : {}),
    ...(random() < 0.3 ? { refuses: (tree: Tree) => idOf(tree).length % 7 === 0 } : {}),
    ...(random() < 0.5
      ? {
          texts: Object.fromEntries(
            ids.map((id) => [id, { 'src/p.js': "import './q.js';", 'test/p.test.js': "import '../src/p.js';" }]),
          ),
        }
      : {}),
  };
  const votes = new Map(
    paths
      .filter(() => random() < 0.5)
      .map((path) => vote(path, ...ids.filter(() => random() < 0.9).sort(() => random() - 0.5))),
  );
  for (const [path, each] of votes) if (each.ranking.length === 0) votes.delete(path);
  return {
    world,
    more: {
      votes,
      grain: draw(['file', 'file', 'hunk', 'candidate'] as const),
      maxProofs: below(10),
      mergeFile: async () => random() < 0.5,
    },
  };
}
