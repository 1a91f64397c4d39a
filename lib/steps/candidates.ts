// Whose work a step chooses from.
import { changes } from '../candidate/changes.ts';
import { type Candidate, EARLIER, isTree, type NamedTree, type Pick } from '../core/candidate.ts';
import type { Json } from '../core/json.ts';
import { globMatcher } from '../evidence/globs.ts';
import type { StepContext } from './executor.ts';
import type { Run } from './run-context.ts';

/** The fields of a step that chooses among trees. */
export const AMONG = {
  of: {
    type: 'string',
    tree: 'trees',
    description: 'Whose: the group whose lanes gave the trees; all of them, where it is left out.',
  },
  with: {
    type: 'string',
    tree: 'tree',
    description: 'One more to choose from: what an earlier pass gave, if there was one.',
  },
} as const;

/**
 * The candidates of a step: what the lanes that it names gave, in the recipe's order (not that of who was first), and
 * what it takes in addition. Where it names none, all that was captured in this pass, and the composite of the pass
 * before.
 * @param of the name of the lanes
 */
export async function candidates(
  context: StepContext,
  of: Json | undefined = context.fields.of,
): Promise<readonly Candidate[]> {
  const { run, pass, fields, lookup } = context;
  const isNamed = typeof of === 'string';
  const trees = isNamed ? treesAt(lookup(of)) : captured(run, pass);
  const more = isNamed ? (isTree(fields.with) ? fields.with.tree : undefined) : run.passRecord(pass - 1)?.plan?.tree;
  const taken = trees.filter(({ id }) => !run.isOut(id, pass));
  const all =
    more === undefined || taken.some(({ tree }) => tree === more) ? taken : [...taken, { id: EARLIER, tree: more }];
  return Promise.all(all.map((named) => candidateOf(run, named)));
}

/** Whose tree it is, with what it changed. */
export async function candidateOf(
  { store, baseTree }: { readonly store: Run['store']; readonly baseTree: string },
  { id, tree }: NamedTree,
): Promise<Candidate> {
  const changed = await changes(store, baseTree, tree);
  return { id, tree, changes: new Map(changed.map((change) => [change.path, change])) };
}

/** What someone did to each path that they changed. Without a prototype: a file may be called `toString`. */
export const actionsOf = ({ changes: changed }: Candidate): Readonly<Record<string, Pick['action']>> =>
  Object.assign(
    Object.create(null),
    Object.fromEntries([...changed.values()].map(({ path, after }) => [path, after ? 'write' : 'delete'] as const)),
  );

/** The test files that someone has added or changed. */
export function testFilesOf({ recipe }: Run, { changes: changed }: Candidate): readonly string[] {
  const isTest = globMatcher(recipe.testFiles);
  return [...changed.values()].flatMap(({ path, after }) => (after !== null && isTest(path) ? [path] : []));
}

const treesAt = (value: Json | undefined): readonly NamedTree[] => (Array.isArray(value) ? value.filter(isTree) : []);

/** All that was captured in a pass, as it stands now, in the order of the slots. */
export function captured(run: Run, pass: number): readonly NamedTree[] {
  const order = [...run.participants.keys()];
  return Object.entries(run.passRecord(pass)?.models ?? {})
    .flatMap(([id, { status, tree }]) => (status === 'ok' && tree !== null ? [{ id, tree }] : []))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}
