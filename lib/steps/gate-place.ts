// Where a gate is measured on a tree: the one place that decides it. On the gate's hosts, where it names any: in the
// lane that holds the tree there, else on a bench there. Otherwise where the tree lies; beside the code that it is made
// of; or on a bench here. What is asked in the user's own tree is never asked elsewhere.
import type { Workspace } from '../candidate/workspaces.ts';
import { FailureError } from '../core/failure.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { hostMessages, isHostsFault } from '../core/messages/host-messages.ts';
import { HERE } from '../core/recipe.ts';
import type { Far } from '../system/remote/host.ts';
import type { StepContext } from './executor.ts';
import { layOutOn, onFarBench } from './far-bench.ts';
import type { Measured, Subject } from './measured.ts';
import { meetHost } from './meet-host.ts';
import { layOutElsewhere, whereNow } from './move-lane.ts';
import { onBench } from './on-bench.ts';
import type { Benches } from './run-places.ts';
import { isInTree } from './tree-verdict.ts';

type Measure = (workspace: Workspace) => Promise<Measured>;

/** Of each host why it could not be measured there. */
type Nowhere = ReadonlyMap<string, string>;

/** The hosts on which it may be measured, by name; none: here. */
export function hostsOf({ id, workspace }: Subject, { hosts }: GateSpec): readonly string[] {
  if (isInTree(id)) return [];
  if (hosts !== undefined) return hosts.filter((name) => name !== HERE);
  return workspace?.far === undefined ? [] : [workspace.far.host.name];
}

/** @param measure measures it in a workspace that holds the tree */
export async function measureInPlace(
  context: StepContext,
  subject: Subject,
  { hosts = [] }: GateSpec,
  measure: Measure,
): Promise<Measured | Nowhere> {
  const tried = new Map<string, string>();
  if (hosts.length === 0 || isInTree(subject.id)) return whereItLies(context, subject, measure);
  // one that lost it and answers again gets a second turn
  for (const host of [...hosts, ...hosts]) {
    if (host === HERE) return here(context, subject, measure);
    const again = tried.has(host); // then not in the lane any more
    const seen = await onHost(context, host, again ? { ...subject, workspace: null } : subject, measure);
    if (typeof seen !== 'string') return seen;
    tried.set(host, seen);
    if (context.signal.aborted) break;
  }
  return tried;
}

function here(context: StepContext, { tree, workspace }: Subject, measure: Measure): Promise<Measured> {
  const isHere = workspace !== null && workspace.far === undefined;
  return isHere ? measure(workspace) : onBench(context, tree, measure);
}

/** In the lane that holds the tree; in that of its code, on another host; or here. */
async function whereItLies(context: StepContext, subject: Subject, measure: Measure): Promise<Measured> {
  const { codeOf, tree } = subject;
  const { places } = context.run;
  const workspace = subject.workspace && whereNow(context.run, subject.workspace, tree);
  if (workspace !== null) {
    const measured = await measure(workspace);
    const lost = whyLost(measured);
    if (lost === undefined || context.signal.aborted) return measured;
    await layOutElsewhere(context, workspace, tree, lost);
    return whereItLies(context, subject, measure);
  }
  const lane = codeOf === undefined ? undefined : places.besideCode(codeOf);
  if (lane !== undefined) {
    const { host } = places.workspaces.get(codeOf!)!.far!;
    const gone = hostMessages.laneFailed({
      host: host.name,
      what: 'trying a tree in a lane',
      why: 'the lane is no longer used',
    });
    const craft = {
      make: () => Promise.reject(new FailureError(gone)),
      layOut: (bench: Workspace, wanted: string) => layOutOn(context, lane, bench, wanted),
    };
    const seen = await unlessLost(context, host, () => lane.use(craft, tree, (bench) => onOneOf(lane, bench, measure)));
    if (typeof seen !== 'string') return seen;
  }
  return onBench(context, tree, measure);
}

async function onHost(
  context: StepContext,
  host: string,
  { tree, workspace }: Subject,
  measure: Measure,
): Promise<Measured | string> {
  const met = await meetHost(context.run, host);
  if (typeof met === 'string') return met;
  return unlessLost(context, met, () =>
    workspace?.far?.host.name === host
      ? measure(workspace)
      : onFarBench(context, met, tree, (bench, benches) => onOneOf(benches, bench, measure)),
  );
}

/** A bench on which something was lost is none any more. */
async function onOneOf(benches: Benches, bench: Workspace, measure: Measure): Promise<Measured> {
  const measured = await measure(bench);
  if (whyLost(measured) !== undefined) void benches.withdraw(bench); // it goes when it is given back
  return measured;
}

/** Why nobody knows how it ended; undefined: that is known. */
const whyLost = ({ first, rerun }: Measured): string | undefined => first.lost ?? rerun?.lost;

/** What was seen on a host; why it was not, in words, where it failed by the host. */
async function unlessLost(
  { run }: StepContext,
  host: Pick<Far, 'name' | 'via'>,
  see: () => Promise<Measured>,
): Promise<Measured | string> {
  const lost = (why: string) => {
    run.hosts.forget(host);
    return why;
  };
  try {
    const seen = await see();
    if (whyLost(seen) === undefined) return seen;
    return lost((seen.rerun ?? seen.first).said.end.trim() || 'it was lost there');
  } catch (error) {
    if (error instanceof FailureError && isHostsFault(error.failure)) return lost(error.failure.what);
    throw error;
  }
}
