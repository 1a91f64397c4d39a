// From candidates to a plan: wires trees, gates and judges' answers to evidence/propose.ts, which decides.
import { compose as composeTree, type PathPick } from '../candidate/compose-trees.ts';
import { mergeFile } from '../candidate/merge.ts';
import { blobSizes, readBlobs } from '../candidate/objects.ts';
import { pathsIn } from '../candidate/trees.ts';
import { BASE, type Candidate, type Change, COMPOSITE, type Pick, type Plan } from '../core/candidate.ts';
import { type Failure, ok, type Result } from '../core/failure.ts';
import { SUBMODULE } from '../core/file-mode.ts';
import type { AtStake } from '../evidence/at-stake.ts';
import type { GateEvidence } from '../evidence/evidence.ts';
import { brokenGates as indictedGates } from '../evidence/gate-state.ts';
import { type Grouping, groupFiles } from '../evidence/groups.ts';
import type { Grain } from '../evidence/options.ts';
import { propose as decide, stakesOf } from '../evidence/propose.ts';
import { sharedName } from '../evidence/selection.ts';
import { placesOf } from '../evidence/together.ts';
import { unmeasuredNotes, unmeasuredOn } from '../evidence/unmeasured.ts';
import { combineBallots, combineOrders, type Vote } from '../evidence/votes.ts';
import { settleBlindGates } from './canary.ts';
import { evidenceOf, gateEvidence, measuredCandidates } from './evidence-of.ts';
import type { StepContext } from './executor.ts';
import { type Judgement, judgementFromJson } from './judgement.ts';
import type { Run } from './run-context.ts';
import { tieBreaks } from './tie-breaks.ts';
import { gateResults } from './tree-verdict.ts';

/** A file longer than this is not looked into for what it imports. */
const LONGEST_READ = 256 * 1024;
/** And all of a candidate's files together. */
const MOST_READ = 8 * 1024 * 1024;
/** Merged versions of a file: `<path>\n<ids joined by +>` → blob. */
type Merged = Map<string, string>;

/** The plan for some candidates, proven; null where there are none. */
export async function proposePlan(
  context: StepContext,
  all: readonly Candidate[],
  { grain, judgements }: { readonly grain: Grain; readonly judgements: readonly Judgement[] },
): Promise<Plan | null> {
  const { run, pass } = context;
  if (all.length === 0) return null;
  const merged: Merged = new Map();
  const input = await measuredOf(context, all, grain, merged);
  const { plan, evidence: chosen } = await decide({
    ...input,
    votes: votesOf(judgements, all),
    compose: async (picks) => {
      const composed = await composePicks(context, all, picks, { merged });
      return composed.ok ? composed.value.tree : null;
    },
    prove: (tree) => evidenceOf(context, COMPOSITE, tree, all),
  });
  // the evidence speaks of ids, but not in paths; people know titles; thousands of files have few reasons
  const known = new Map<string, string>();
  const named = (text: string): string => {
    const said =
      known.get(text) ??
      text.replace(/(?<![\w./-])[\w-]+(?![\w/-]|\.\w)/g, (word) =>
        run.participants.has(word) ? run.title(word) : word,
      );
    known.set(text, said);
    return said;
  };
  const files = plan.files.filter(({ from }) => from !== BASE).map((pick) => ({ ...pick, why: named(pick.why) }));
  const proven_by = Object.keys(run.gates).filter((gate) => !run.blind.has(gate));
  const unproven = [
    ...(Object.keys(run.gates).length === 0 ? ['There are no quality gates: nothing was verified.'] : []),
    ...[...run.blind].map(
      ([gate, why]) =>
        `${run.gates[gate]?.title ?? gate} does not see the candidates (${why}) and has decided nothing; it counts ` +
        'once it has passed in your own tree.',
    ),
  ];
  const indicted = indictedGates(
    statesOf(await gateEvidence(run, run.baseTree, [])),
    input.measured.map(({ evidence }) => statesOf(evidence.gates)),
  );
  const missing = unmeasuredNotes(
    input.measured,
    chosen,
    (gate) => run.gates[gate]?.title ?? gate,
    (gate) => whyMissing(run, pass, gate),
  );
  return {
    ...plan,
    files,
    notes: [...missing.map(named), ...plan.notes.map(named), ...unproven],
    proven_by,
    unmeasured: unmeasuredOn(chosen),
    indicted,
    ...(input.grouping.together.length > 0 && { together: input.grouping.together }),
    integrated: false,
  };
}

/** What judges can still decide of some candidates; at least one. */
export const judgesMay = async (context: StepContext, all: readonly Candidate[], grain: Grain): Promise<AtStake> =>
  stakesOf(await measuredOf(context, all, grain, new Map()));

/** What is known of some candidates before anything is put together. */
async function measuredOf(context: StepContext, all: readonly Candidate[], grain: Grain, merged: Merged) {
  const { run, pass } = context;
  await settleBlindGates(context, all);
  const measured = await measuredCandidates(context, all);
  const { grouping, sources } = await grouped(context, all);
  return {
    candidates: all,
    measured,
    base: await gateEvidence(run, run.baseTree, []),
    ties: tieBreaks(run, pass, sources),
    grouping,
    grain,
    mergeFile: (path: string, from: readonly string[]) => mergeVersions(context, all, merged, path, from),
  };
}

/** What a gate said that could not be run: its last line. */
function whyMissing(run: Run, pass: number, gate: string): string {
  const results = gateResults(run.passRecord(pass));
  const excerpt = results.find((each) => each.gate === gate && each.state === 'missing')?.excerpt ?? '';
  return excerpt.trim().split('\n').at(-1)!.slice(0, 200);
}

/** What of a run it takes to look at trees and to put one together. */
export interface Ground {
  readonly run: { readonly [K in 'store' | 'baseTree' | 'recipe']: Run[K] };
}

/** How the files that the candidates changed belong together. */
export const groupingOf = async (ground: Ground, all: readonly Candidate[]): Promise<Grouping> =>
  (await grouped(ground, all)).grouping;

async function grouped(context: Ground, all: readonly Candidate[]) {
  const { run } = context;
  const rules = run.recipe.together;
  const places = placesOf([...new Set(all.flatMap(({ changes }) => [...changes.keys()]))], rules);
  const [sources, there] = await Promise.all([groupSources(context, all), pathsIn(run.store, run.baseTree, places)]);
  return { grouping: groupFiles(sources, { rules, there }), sources };
}

const statesOf = (gates: readonly GateEvidence[]) => new Map(gates.map(({ gate, state }) => [gate, state] as const));

/**
 * The tree of some picks.
 * @param from.merged files that were merged of several versions
 * @param from.planned a tree that has the picks which are no candidate's own: merged before, or made to fit
 */
export function composePicks(
  { run: { store, baseTree } }: Ground,
  all: readonly Candidate[],
  picks: readonly Pick[],
  { merged = new Map(), planned }: { readonly merged?: Merged; readonly planned?: string },
): Promise<Result<{ readonly tree: string }, Failure>> {
  const wanted = picks
    .filter(({ from }) => from !== BASE)
    .map(({ path, from, action, entry }): PathPick => {
      if (entry) return { path, tree: null, entry };
      if (action === 'delete') return { path, tree: null };
      const blob = merged.get(`${path}\n${from}`);
      const change = all.find(({ id }) => id === from.split('+')[0])?.changes.get(path);
      if (blob !== undefined && change?.after)
        return { path, tree: null, entry: { mode: change.after.mode, oid: blob } };
      return { path, tree: all.find(({ id }) => id === from)?.tree ?? planned ?? baseTree };
    });
  return wanted.length === 0 ? Promise.resolve(ok({ tree: baseTree })) : composeTree(store, baseTree, wanted);
}

/** Merges several candidates' versions of a file against the base, one after the other; true when nothing conflicts. */
async function mergeVersions(
  { run }: StepContext,
  all: readonly Candidate[],
  merged: Merged,
  path: string,
  from: readonly string[],
): Promise<boolean> {
  let oid: string | null = null;
  for (const id of from) {
    const change = all.find((candidate) => candidate.id === id)?.changes.get(path);
    if (!change?.before || !change.after || change.binary) return false;
    oid = oid === null ? change.after.oid : await mergeFile(run.store, change.before.oid, oid, change.after.oid);
    if (oid === null) return false;
  }
  if (oid === null) return false;
  merged.set(`${path}\n${from.join('+')}`, oid);
  return true;
}

/** What the candidates' files say, and said before, as far as they are looked into; read in one go. */
async function groupSources({ run }: Ground, all: readonly Candidate[]) {
  const files = all.map(({ changes }) =>
    [...changes.values()].flatMap(({ path, before, after, binary }) =>
      binary ? [] : [before, after].flatMap((at) => (at && at.mode !== SUBMODULE ? [{ path, oid: at.oid }] : [])),
    ),
  );
  const oids = new Set(files.flatMap((each) => each.map(({ oid }) => oid)));
  const sizes = await blobSizes(run.store, [...oids]);
  const wanted = new Set(
    files.flatMap((each) => {
      let room = MOST_READ;
      return each.flatMap(({ oid }) => {
        const size = sizes.get(oid) ?? Number.POSITIVE_INFINITY;
        if (size > Math.min(LONGEST_READ, room)) return [];
        room -= size;
        return [oid];
      });
    }),
  );
  const read = [...wanted];
  const blobs = await readBlobs(run.store, read);
  const texts = new Map(read.map((oid, i) => [oid, Buffer.from(blobs[i]!).toString('utf8')]));
  const textOf = (change: Change | undefined, side: 'before' | 'after') =>
    texts.get(change?.binary ? '' : (change?.[side]?.oid ?? '')) ?? null;
  return all.map(({ id, changes }) => ({
    id,
    changes: [...changes.values()],
    text: (path: string) => textOf(changes.get(path), 'after'),
    before: (path: string) => textOf(changes.get(path), 'before'),
  }));
}

/** What judges said, together. A judge's own candidate has no vote of its own. */
function votesOf(judgements: readonly Judgement[], all: readonly Candidate[]): ReadonlyMap<string, Vote> {
  const canonical = (path: string, id: string) => sharedName(all, path, id);
  const judges = [...new Set(judgements.map(({ judge }) => judge))];
  const ballots = judges.map((judge) => ({
    judge,
    rankings: combineOrders(
      judgements
        .filter((each) => each.judge === judge)
        .map(({ order, answer, settled = [] }) => ({ order, settled, answer: judgementFromJson(answer) })),
      canonical,
    ),
    self: judges.length > 1 ? judge : null,
  }));
  return combineBallots(ballots);
}
