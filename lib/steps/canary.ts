// Does a gate see the folder that it runs in? Each runs once on the base with its sources spoilt, while the models work: one
// that passes there measures something else (an installed copy, a path into the user's tree) or nothing, and decides nothing.
import { blobSizes } from '../candidate/blob-sizes.ts';
import { readBlobs, writeBlob } from '../candidate/blobs.ts';
import { keepTree } from '../candidate/keep.ts';
import { privateRecords } from '../candidate/private-git.ts';
import { editTree } from '../candidate/tree-edit.ts';
import type { Entry } from '../candidate/trees.ts';
import { LINK } from '../core/file-mode.ts';
import type { GateSpec } from '../core/recipe.ts';
import { commandLine, SPOILT, sourcesAmong, startedBy } from '../evidence/canary.ts';
import { passes } from '../evidence/evidence.ts';
import { globMatcher } from '../evidence/globs.ts';
import { isTestPath } from '../evidence/test-names.ts';
import { BlindMemory } from './blind-memory.ts';
import type { StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import { measureTree } from './gating.ts';
import type { Run } from './run.ts';

/** Texts of commands that are looked into for programs of the repository's own. */
const SAYS_COMMANDS =
  /(?:^|\/)(?:package\.json|Makefile|GNUmakefile|makefile|justfile|Taskfile\.ya?ml)$|\.(?:ba|z)?sh$/;
const LONGEST_LOOKED_INTO = 64 * 1024;

/** Finds the gates that are blind here, once a run; what was found on this base before is remembered. */
export async function findBlindGates(context: StepContext): Promise<void> {
  const { run } = context;
  if (run.recipe.options.canary === false || run.canary.done) return;
  const gates = Object.values(run.gates).filter(({ id }) => !failsOnBase(run, id));
  const memory = new BlindMemory(run);
  await memory.read();
  const unknown = gates.filter((gate) => memory.of(gate) === undefined);
  const tree = unknown.length === 0 ? null : await spoiltTree(run, unknown);
  if (tree !== null) {
    for (const gate of unknown) {
      if (context.signal.aborted) return;
      const { state } = await measureTree(context, { id: 'canary', tree, workspace: null, once: true }, gate);
      if (context.signal.aborted) return;
      memory.note(gate, passes(state));
    }
    await memory.write();
  }
  run.canary.done = true;
  for (const gate of gates) if (memory.of(gate) === true) tellBlind(run, gate);
}

const failsOnBase = (run: Run, gate: string): boolean => {
  const seen = run.baseRuns.get(gate);
  return seen !== undefined && seen.exitCode !== 0;
};

function tellBlind(run: Run, gate: GateSpec): void {
  if (run.blind.has(gate.id)) return;
  const why = 'it passes as well where every source file is spoilt';
  run.blind.set(gate.id, why);
  run.emit({ type: 'gate_blind', gate: gate.id, why });
  run.note(
    `${gate.title} (\`${commandText(gate.run)}\`) does not see what the models change: ${why}. It tests something else, such as an installed copy, or nothing. What it says of candidates counts for nothing; the result is complete once it has passed in your own tree.`,
    'warning',
  );
}

/** The base with its sources spoilt; null where it has none that could be. */
async function spoiltTree(run: Run, gates: readonly GateSpec[]): Promise<string | null> {
  const { store, baseTree, recipe } = run;
  const files = new Map<string, Entry>();
  for (const record of await privateRecords(store, ['ls-tree', '-r', '-z', '--full-tree', baseTree])) {
    const [facts = '', path = ''] = record.split('\t', 2);
    const [mode = '', type, oid = ''] = facts.split(' ');
    if (type === 'blob' && mode !== LINK) files.set(path, { mode, oid });
  }
  const programs = await programsOf(run, gates, files);
  const [isTest, isFixed] = [globMatcher(recipe.testFiles), globMatcher(recipe.canaryKeeps)];
  const isKept = (path: string) => isFixed(path) || isTest(path) || isTestPath(path);
  const sources = sourcesAmong([...files.keys()], isKept, programs);
  if (sources.length === 0) return null;
  const oid = await writeBlob(store, Buffer.from(SPOILT));
  const edits = sources.map((path) => ({ path, entry: { mode: files.get(path)!.mode, oid } }));
  const tree = await editTree(store, baseTree, edits);
  await keepTree(store, tree);
  return tree;
}

/** The repository's own programs that the gates start, directly or by a script of theirs. */
async function programsOf(
  { store }: Run,
  gates: readonly GateSpec[],
  files: ReadonlyMap<string, Entry>,
): Promise<ReadonlySet<string>> {
  const programs = new Set<string>();
  let texts = gates.map(({ run }) => commandLine(run));
  const read = new Set<string>();
  const said = [...files.keys()].filter((path) => !path.includes('/') && SAYS_COMMANDS.test(path));
  for (let next = said; texts.length > 0 || next.length > 0; ) {
    const unread = next.filter((path) => !read.has(path));
    for (const path of unread) read.add(path);
    const oids = unread.map((path) => files.get(path)!.oid);
    const sizes = await blobSizes(store, oids); // what was never fetched has none
    const blobs = await readBlobs(
      store,
      oids.filter((oid) => (sizes.get(oid) ?? Number.POSITIVE_INFINITY) <= LONGEST_LOOKED_INTO),
    );
    texts.push(...blobs.map((bytes) => Buffer.from(bytes).toString('utf8')));
    const found = texts.flatMap(startedBy).filter((path) => files.has(path) && !programs.has(path));
    for (const path of found) programs.add(path);
    [texts, next] = [[], found.filter((path) => SAYS_COMMANDS.test(path))];
  }
  return programs;
}
