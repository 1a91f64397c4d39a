// Runs quality gates on a tree, each at most once per tree, a failing one twice before it is
// believed, and says what a result means once the untouched base is known.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { capture, holds } from '../candidate/capture-workspace.ts';
import { treeDiff } from '../candidate/tree-diff.ts';
import type { Workspace } from '../candidate/workspaces.ts';
import type { GateResult } from '../core/candidate.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { passes } from '../core/gate-states.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import { classifyGate } from '../evidence/gate-state.ts';
import { writeAtomic } from '../system/files.ts';
import { createLimiter } from '../system/limiter.ts';
import type { StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import { hostsOf, measureInPlace } from './gate-place.ts';
import { installFor } from './install-for.ts';
import type { Measured, SeenRun, Subject } from './measured.ts';
import { believedOfBase, isCutShort, readOutput, rememberMeasured } from './remember-measured.ts';
import type { Run } from './run-context.ts';
import { startIn } from './start.ts';

/** Gates of several lanes may run at once, but not more than the machine can do with. */
const atOnce = createLimiter(Math.max(4, availableParallelism()));

/** Runs gates on a subject, one after the other, and emits each result. */
export async function runGates(
  context: StepContext,
  subject: Subject,
  gates: readonly GateSpec[] = Object.values(context.run.gates),
): Promise<readonly GateResult[]> {
  const results: GateResult[] = [];
  for (const gate of gates) {
    if (context.signal.aborted) break;
    results.push(await runGate(context, subject, gate));
  }
  return results;
}

async function runGate(context: StepContext, subject: Subject, gate: GateSpec): Promise<GateResult> {
  const { run, pass } = context;
  const hosts = hostsOf(subject, gate).join(' or ');
  const where = hosts === '' ? {} : { host: hosts };
  run.emit({ type: 'gate_start', pass, subject: subject.id, gate: gate.id, limit_ms: gate.timeoutMs, ...where });
  const { measured, cached } = await measureOnce(context, subject, gate);
  const result = describe(run, gate, subject, measured);
  run.emit({ type: 'gate_end', pass, subject: subject.id, result, cached });
  return result;
}

/** Measures what nobody measures yet; what another does, unless that one's lane is ended meanwhile. */
async function measureOnce(
  context: StepContext,
  subject: Subject,
  gate: GateSpec,
): Promise<{ readonly measured: Measured; readonly cached: boolean }> {
  const { run, signal } = context;
  const key = keyOf(subject, gate);
  for (;;) {
    const known = run.tested.measured.get(key);
    const measuring = known ?? measureSoon(context, subject, gate);
    run.tested.measured.set(key, measuring);
    const measured = await measuring;
    const isCut = isCutShort(measured);
    if (isCut && run.tested.measured.get(key) === measuring) run.tested.measured.delete(key);
    if (!isCut || known === undefined || signal.aborted) return { measured, cached: known !== undefined };
  }
}

/**
 * One gate on one tree, told to nobody.
 * @param part its command runs some of the tests only
 * @returns `lacking`: the packages that the tree names can't be had, so that the state says nothing about it
 */
export async function measureTree(context: StepContext, subject: Subject, gate: GateSpec, part = false) {
  const { run } = context;
  const { first, rerun } = (await measureOnce(context, subject, gate)).measured;
  const believed = rerun ?? first;
  const base = run.tested.baseRuns.get(gate.id) ?? null;
  return { state: classifyGate({ ...first, rerun, base, part }), said: believed.said, lacking: first.lacking === true };
}

/** Measures where it belongs, when there is room for it; where it can be measured nowhere, says that. */
async function measureSoon(context: StepContext, subject: Subject, gate: GateSpec): Promise<Measured> {
  const seen = await measureInPlace(context, subject, gate, async (workspace) => {
    const measuring = () => measure(context, subject, workspace, gate);
    // a host has room of its own
    const measured = await (workspace.far === undefined ? atOnce(measuring) : measuring());
    if (workspace !== subject.workspace && subject.watch === true)
      for (const path of await changedMeanwhile(context.run, workspace, subject.tree))
        context.run.tested.writtenByGates.add(path);
    return measured;
  });
  if ('first' in seen) return seen;
  const { what } = hostMessages.gateNowhere({ gate: gate.title, tried: seen });
  if (!context.signal.aborted) context.run.warnOnce(what);
  return { first: await notRun(context, subject.id, gate, what, 'lost'), rerun: null, elapsedMs: 0 };
}

/** Paths in which a workspace is no longer as the tree that it held has them. */
export async function changedMeanwhile(run: Run, workspace: Workspace, tree: string): Promise<readonly string[]> {
  if (workspace.far !== undefined || (await holds(run.store, workspace, tree))) return [];
  const now = await capture(run.store, workspace);
  if (!now.ok) return ['.'];
  return (await treeDiff(run.store, tree, now.value.tree))
    .map(({ path }) => path)
    .filter((path) => !run.tested.writtenByGates.has(path));
}

/** What gates showed on a tree does not count. */
export function forget(run: Run, tree: string): void {
  for (const gate of Object.values(run.gates)) run.tested.measured.delete(gateKey(tree, gate));
}

/** The same tree, the same command, on the same hosts: the same result. */
export function gateKey(tree: string, gate: GateSpec): string {
  const command = createHash('sha256')
    .update(JSON.stringify([gate.run, gate.via, ...(gate.hosts === undefined ? [] : [gate.hosts])]))
    .digest('hex')
    .slice(0, 12);
  return `${tree} ${gate.id} ${command}`;
}

/** Where it lies counts where that is no place of ours. */
export const keyOf = ({ tree, place }: Pick<Subject, 'tree' | 'place'>, gate: GateSpec): string =>
  gateKey(place === undefined ? tree : `${place}:${tree}`, gate);

/** A result as it is told; a failure that the base shows too is not the candidate's. */
export async function describeAgain(run: Run, gate: GateSpec, tree: string): Promise<GateResult | null> {
  const measured = await run.tested.measured.get(gateKey(tree, gate));
  return measured ? describe(run, gate, { tree }, measured) : null;
}

function describe(
  run: Run,
  gate: GateSpec,
  { tree, place }: Pick<Subject, 'tree' | 'place'>,
  { first, rerun, elapsedMs, host }: Measured,
): GateResult {
  const isBase = tree === run.baseTree;
  const base = isBase ? null : (run.tested.baseRuns.get(gate.id) ?? null);
  // what could run in a place of ours and can't in another is nobody's doing
  const isMissing = place !== undefined && classifyGate({ ...first, rerun }) === 'missing';
  const state = isMissing ? 'missing' : classifyGate({ ...first, rerun, base });
  if (isBase && !isCutShort({ first, rerun })) run.tested.baseRuns.set(gate.id, believedOfBase(first, rerun));
  const believed = rerun ?? first;
  return {
    gate: gate.id,
    state,
    tree,
    exitCode: believed.exitCode,
    elapsedMs,
    output: believed.file,
    counts: believed.said.counts,
    excerpt: passes(state) ? '' : believed.said.end,
    ...(host === undefined || state === 'skipped' ? {} : { host }),
  };
}

async function measure(
  context: StepContext,
  subject: Subject,
  workspace: Workspace,
  gate: GateSpec,
): Promise<Measured> {
  const started = performance.now();
  const lacking = subject.place === undefined ? await installFor(context, workspace, subject.tree) : null;
  if (lacking !== null)
    return { first: await notRun(context, subject.id, gate, lacking.what, 'not-found'), rerun: null, elapsedMs: 0 };
  const first = await start(context, subject.id, workspace, gate);
  const failed = first.ended === 'exit' && first.exitCode !== 0;
  // What is not there, is not there a second time either; what ran into its limit would cost that time again.
  if (first.ended === 'timeout') noteWatcher(context.run, gate, first.said.end);
  const worthAgain = failed && subject.once !== true && first.exitCode !== 127 && !context.signal.aborted;
  const rerun = worthAgain ? await start(context, subject.id, workspace, gate) : null;
  const host = workspace.far === undefined ? {} : { host: workspace.far.host.name };
  const measured = { first, rerun, elapsedMs: Math.round(performance.now() - started), ...host };
  rememberMeasured(context.run, keyOf(subject, gate), measured);
  return measured;
}

/** A tool that waits for changes runs into any limit: what to do about that is said once a gate. */
function noteWatcher(run: Run, gate: GateSpec, output: string): void {
  if (!run.recipe.watching.some((pattern) => new RegExp(pattern, 'im').test(output))) return;
  run.warnOnce(
    `${gate.title} (\`${commandText(gate.run)}\`) watched for changes until its time was over. Name a command that ` +
      `ends by itself, such as one with \`--watch=false\`, as \`gates.${gate.id}.run\` in a recipe, or in an ` +
      'mm-gates block of AGENTS.md.',
  );
}

/** A gate that could not be run, for want of the packages that the tree names, or of its hosts. */
async function notRun(
  context: StepContext,
  id: string,
  gate: GateSpec,
  why: string,
  ended: 'not-found' | 'lost',
): Promise<SeenRun> {
  const { run, signal } = context;
  const file = await outputFor(context, id, gate);
  await writeAtomic(file, `${why}\n`);
  const said = await readOutput(run, file, { passed: false });
  return {
    exitCode: null,
    signal: null,
    ended: signal.aborted ? 'interrupted' : ended,
    said,
    file: relative(run.session.dir, file),
    lacking: true,
  };
}

/** A file of the session that a run of a gate can print into. */
async function outputFor({ run, pass }: StepContext, id: string, gate: GateSpec): Promise<string> {
  const folder = join(await run.session.passDir(pass), 'gates', id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return run.freshFile(folder, gate.id, 'txt');
}

async function start(context: StepContext, id: string, workspace: Workspace, gate: GateSpec): Promise<SeenRun> {
  const { run } = context;
  const output = await outputFor(context, id, gate);
  const { path, far } = workspace;
  const place = { path, far, output, limitMs: gate.timeoutMs };
  const exit = await startIn(context, gate.run, place, gate.via, { step: gate.id, slot: id, gate: true });
  return {
    exitCode: exit.exitCode,
    signal: exit.signal,
    ended: exit.ended,
    said: await readOutput(run, output, { passed: exit.exitCode === 0, instead: exit.detail ?? '' }),
    file: relative(run.session.dir, output),
    ...(exit.ended === 'lost' && { lost: exit.detail ?? 'it was lost there' }),
  };
}
