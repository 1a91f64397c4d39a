// Does a gate see the folder that it runs in? Each runs once on the base with its sources spoilt, while the models
// work: one that passes there measures something else (an installed copy, a path into the user's tree) or nothing, and
// decides nothing.
import { clearTimeout, setTimeout } from 'node:timers';
import type { CandidateStore } from '../candidate/candidate-store.ts';
import { keepTree } from '../candidate/keep.ts';
import { listTree } from '../candidate/list-tree.ts';
import { blobSizes, readBlobs, writeBlob } from '../candidate/objects.ts';
import { editTree } from '../candidate/tree-edit.ts';
import type { Entry } from '../candidate/trees.ts';
import type { Candidate } from '../core/candidate.ts';
import { FailureError } from '../core/failure.ts';
import { LINK } from '../core/file-mode.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { passes } from '../core/gate-states.ts';
import { globMatcher } from '../evidence/globs.ts';
import { commandLine, SPOILT, sourcesAmong, startedBy } from '../evidence/spoilt-sources.ts';
import { isTestPath } from '../evidence/test-names.ts';
import { GitError } from '../system/git.ts';
import { BlindMemory } from './blind-memory.ts';
import { testFilesOf } from './candidates.ts';
import type { StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import { describeAgain, measureTree } from './gating.ts';
import type { Run } from './run-context.ts';
import { gateResults } from './tree-verdict.ts';

/** Texts of commands that are looked into for programs of the repository's own. */
const SAYS_COMMANDS =
  /(?:^|\/)(?:package\.json|Makefile|GNUmakefile|makefile|justfile|Taskfile\.ya?ml)$|\.(?:ba|z)?sh$/;
const LONGEST_LOOKED_INTO = 64 * 1024;

/** Even a quick gate gets so long once nothing else is waited for. */
const LEAST_MS = 5_000;

/**
 * Tries the gates on spoilt sources, once a run; what was found on this base before is remembered.
 * @returns `hurry`: nobody waits for anything else any more, so a gate gets no more than twice the time that it took
 * elsewhere; what it would show is then not known
 */
export function findBlindGates(context: StepContext): { readonly hurry: () => void; readonly ended: Promise<void> } {
  const { run, pass, signal } = context;
  const tooLong = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false; // nothing is hurried then: a timer would keep the program from ending
  const took = () => gateResults(run.passRecord(pass)).map(({ elapsedMs }) => elapsedMs);
  return {
    hurry() {
      if (isOver) return;
      timer = setTimeout(() => tooLong.abort(), Math.max(LEAST_MS, 2 * Math.max(0, ...took())));
    },
    ended: find({ ...context, signal: AbortSignal.any([signal, tooLong.signal]) }).finally(() => {
      isOver = true;
      clearTimeout(timer);
    }),
  };
}

async function find(context: StepContext): Promise<void> {
  const { run } = context;
  if (!run.recipe.settings.canary || run.tested.canary.done) return;
  run.tested.canary.done = true;
  const gates = Object.values(run.gates);
  const memory = await BlindMemory.read(run);
  const unknown = gates.filter((gate) => memory.of(gate) === undefined && !failsOnBase(run, gate.id));
  for (const gate of unknown) {
    const passed = await passesSpoilt(context, gate, run.baseTree);
    if (context.signal.aborted) break;
    if (passed !== null) memory.note(gate, passed);
  }
  if (unknown.length > 0) await memory.write();
}

/**
 * Says which gates are blind, once the candidates are there: those that pass on the spoilt base, unless a candidate
 * shows that they see what it holds.
 */
export async function settleBlindGates(context: StepContext, all: readonly Candidate[]): Promise<void> {
  const { run, signal } = context;
  if (!run.recipe.settings.canary || run.tested.canary.settled) return;
  run.tested.canary.settled = true;
  const memory = await BlindMemory.read(run);
  for (const gate of Object.values(run.gates)) {
    if (memory.of(gate) !== true || failsOnBase(run, gate.id)) continue;
    const sees = await seesSome(context, gate, all);
    if (signal.aborted) return;
    if (!sees) tellBlind(run, gate);
  }
}

/**
 * Whether a gate sees what some candidate holds: it fails on it, in a place of ours with nobody at work in the user's
 * tree; or it passes on one with tests of its own (the base may have none of its sources), and no more when its sources
 * are spoilt.
 */
async function seesSome(context: StepContext, gate: GateSpec, all: readonly Candidate[]): Promise<boolean> {
  const { run } = context;
  await run.places.puttingBack.ended();
  for (const candidate of all) {
    const { tree } = candidate;
    const result = await describeAgain(run, gate, tree);
    if (result?.state === 'fail') {
      const place = { id: 'canary', place: 'canary', tree, workspace: null, once: true } as const;
      if ((await measureTree(context, place, gate)).state === 'fail') return true;
    }
    const hasTests = testFilesOf(run, candidate).length > 0;
    if (result && passes(result.state) && hasTests && (await passesSpoilt(context, gate, tree)) === false) return true;
  }
  return false;
}

/**
 * Whether a gate passes on a tree with its sources spoilt, and with none of them there: what only looks whether a file
 * is there sees the folder, too. A few of many sources are spoilt first, which most gates notice and which costs next
 * to nothing. Null: there are no sources, they can't be read, or packages can't be installed among them.
 */
async function passesSpoilt(context: StepContext, gate: GateSpec, tree: string): Promise<boolean | null> {
  try {
    const sources = await sourcesOf(context.run, gate, tree);
    if (sources.length === 0) return null;
    for (const [some, how] of [
      ...(sources.length > 2 * FEW ? [[spread(sources, FEW), 'spoilt'] as const] : []),
      [sources, 'spoilt'] as const,
      [sources, 'gone'] as const,
    ]) {
      const other = await withoutSources(context.run, tree, some, how);
      const place = { id: 'canary', tree: other, workspace: null, once: true } as const;
      const { state, lacking } = await measureTree(context, place, gate);
      if (lacking) return null;
      if (!passes(state)) return false;
    }
    return true;
  } catch (error) {
    // what is gone from the repository, or stands in the way of a workspace, is told where the run needs it
    if (error instanceof GitError || error instanceof FailureError) return null;
    throw error;
  }
}

const failsOnBase = (run: Run, gate: string): boolean => {
  const seen = run.tested.baseRuns.get(gate);
  return seen !== undefined && seen.exitCode !== 0;
};

function tellBlind(run: Run, gate: GateSpec): void {
  if (run.blind.has(gate.id)) return;
  const why = 'it passes as well where every source file is spoilt';
  run.blind.set(gate.id, why);
  run.emit({ type: 'gate_blind', gate: gate.id, why });
  run.note(
    `${gate.title} (\`${commandText(gate.run)}\`) does not see what the models change: ${why}. It tests something ` +
      'else, such as an installed copy, or nothing. What it says of candidates counts for nothing; the result is ' +
      'complete once it has passed in your own tree.',
    'warning',
  );
}

interface Source extends Entry {
  readonly path: string;
}

/** So many of all sources are spoilt first. */
const FEW = 40;

/** Some of a list, from all of its parts. */
const spread = <T>(all: readonly T[], count: number): readonly T[] =>
  Array.from({ length: count }, (_, n) => all[Math.floor((n * all.length) / count)]!);

/** The files of a tree whose content a gate may be expected to see. */
async function sourcesOf({ store, recipe }: Run, gate: GateSpec, tree: string): Promise<readonly Source[]> {
  const { files: all } = await listTree(store, tree);
  const files = new Map([...all].filter(([, { mode }]) => mode !== LINK));
  const programs = await programsOf(store, gate, files);
  const [isTest, isFixed] = [globMatcher(recipe.testFiles), globMatcher(recipe.canaryKeeps)];
  const isKept = (path: string) => isFixed(path) || isTest(path) || isTestPath(path);
  return sourcesAmong([...files.keys()], isKept, programs).map((path) => ({ path, ...files.get(path)! }));
}

/** A tree with some of its sources spoilt or gone. */
async function withoutSources(
  { store }: Run,
  tree: string,
  sources: readonly Source[],
  how: 'spoilt' | 'gone',
): Promise<string> {
  const oid = how === 'gone' ? null : await writeBlob(store, Buffer.from(SPOILT));
  const edits = sources.map(({ path, mode }) => ({ path, entry: oid === null ? null : { mode, oid } }));
  const made = await editTree(store, tree, edits);
  await keepTree(store, made);
  return made;
}

/** The repository's own programs that the gates start, directly or by a script of theirs. */
async function programsOf(
  store: CandidateStore,
  gate: GateSpec,
  files: ReadonlyMap<string, Entry>,
): Promise<ReadonlySet<string>> {
  const programs = new Set<string>();
  let texts = [commandLine(gate.run)];
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
