// Meets a host of the recipe: makes it where it has to be made, and asks what is there. What was made is taken away
// again at the end.
import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import type { Undo } from '../core/events.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import { type HostSpec, hostsNamedBy, type Slot } from '../core/recipe.ts';
import { renderDeep } from '../recipe/template.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { collect } from '../system/own-command.ts';
import { type Far, hello } from '../system/remote/host.ts';
import { type FarLane, prefixEnvironment } from '../system/remote/run-far.ts';
import { waitFor } from '../system/wait-for.ts';
import { commandText } from './find-gates.ts';
import type { Met } from './known-hosts.ts';
import type { Run } from './run-context.ts';

/** @returns the host, or why it can't be used, in words */
export const meetHost = (run: Run, name: string): Promise<Met | string> =>
  run.hosts.once(name, () => meet(run, run.recipe.hosts[name]!));

/** The same before the run acts; null: it has to be made first. */
export const lookAtHost = async (run: Run, name: string): Promise<Met | string | null> =>
  run.recipe.hosts[name]!.up.length > 0 && !run.opened ? null : meetHost(run, name);

const PAUSE_MS = 2000;

async function meet(run: Run, spec: HostSpec): Promise<Met | string> {
  const id = spec.up.length === 0 ? ok('') : await bringUp(run, spec);
  if (!id.ok) return id.failure.what;
  const via = rendered(run, spec.via, spec, id.value);
  const began = performance.now();
  for (;;) {
    const far = await greet(run, { name: spec.name, via, root: spec.root });
    if (typeof far !== 'string') return { ...far, commits: new Set(far.known) };
    const isOver = spec.waitMs !== null && performance.now() - began >= spec.waitMs;
    if (isOver || run.signal.aborted) return far;
    run.noteOnce(spec.name, `${spec.name} is not there yet (${far}); it is waited for.`, 'info');
    await waitFor(PAUSE_MS, run.signal);
  }
}

function greet(run: Run, host: Pick<Far, 'name' | 'via' | 'root'>): Promise<Far | string> {
  const slots = Object.values(run.recipe.slots).filter((slot) => hostsNamedBy(slot).includes(host.name));
  const programs = [...new Set(slots.flatMap(({ backends }) => backends.map(({ cli }) => cli)))];
  const env = prefixEnvironment({ withhold: withheld(run) });
  return hello(host, { repository: cacheName(run), programs }, env, run.signal);
}

/** The same for all sessions in a repository. */
const cacheName = ({ identity }: Run): string => identity.id;

/** What no prefix sees: it may carry its environment along. */
function withheld({ recipe }: Run): readonly string[] {
  const backends = Object.values(recipe.slots).flatMap(({ backends }) => backends);
  return [...recipe.withhold, ...backends.flatMap(({ env }) => env.pass)];
}

/** What ends the names of a session's lanes on hosts, and makes those of its hosts its own. @param dir its folder */
export const markOf = (dir: string): string => createHash('sha256').update(dir).digest('hex').slice(0, 12);

/** A lane on a host. @param id unique there */
export function laneOn(run: Run, met: Met, id: string): FarLane {
  const { name, via, tool, path } = met;
  const { up, env } = run.recipe.hosts[name]!;
  const host = { name, via, tool, path };
  return { host, id, repository: cacheName(run), set: env, withhold: withheld(run), goes: up.length > 0 };
}

/** The backends of a slot that are there. */
export const backendsOn = ({ programs }: Met, { backends }: Slot): Slot['backends'] =>
  backends.filter(({ cli }) => programs.has(cli));

/** Why a slot can't be asked or work in a place that can be reached. */
export const notThere = ({ backends }: Slot): string =>
  `not installed there: ${backends.map(({ cli }) => cli).join(', ')}`;

/** @returns the host with what it has of a slot's backends, or why it can't be used for that slot, in words */
export async function meetFor(
  run: Run,
  slot: Slot,
  host: string,
): Promise<{ readonly met: Met; readonly backends: Slot['backends'] } | string> {
  const met = await meetHost(run, host);
  if (typeof met === 'string') return met;
  const backends = backendsOn(met, slot);
  return backends.length > 0 ? { met, backends } : notThere(slot);
}

/**
 * Makes a host; one that an earlier process of this session made is used again. Where its own name is enough to take it
 * away, that is on record before it is made.
 */
async function bringUp(run: Run, spec: HostSpec): Promise<Result<string>> {
  const { effects } = run.session;
  const isIts = (undo: Undo) => undo.kind === 'host' && undo.name === spec.name;
  const made = effects.open.find(({ undo }) => isIts(undo) && undo.id !== null);
  if (made) return ok(String(made.undo.id));
  // an earlier process was cut off while it made it
  const { failures } = await effects.undo(isIts);
  if (failures[0]) return fail(failures[0]);
  const withhold = withheld(run);
  const undo = (id: string | null): Undo => ({
    ...{ kind: 'host', name: spec.name, id, withhold },
    down: rendered(run, spec.down, spec, id ?? ''),
  });
  if (goesByName(spec)) effects.note(undo(null));
  const begun = effects.open.filter((effect) => isIts(effect.undo));
  const up = rendered(run, spec.up, spec, '');
  const done = await runOnce(up, withhold, run.repository.top, spec.waitMs, { MM_SESSION_ID: run.session.id });
  const failed = async (why: string) => {
    await effects.undo(isIts); // half of it may be there; where that fails, it is told at the end
    return fail(hostMessages.hostUpFailed({ host: spec.name, command: commandText(up), why }));
  };
  if (!done.ok) return failed(done.failure);
  const id = done.value.trim().split('\n').at(-1)?.trim() ?? '';
  if (id === '') return failed('it printed no id');
  effects.note(undo(id));
  for (const effect of begun) effects.forget(effect);
  return ok(id);
}

/** Whether it can be taken away without knowing what `up` printed. */
const goesByName = ({ down }: HostSpec): boolean =>
  down.some((word) => word.includes('${host.token}')) && !down.some((word) => word.includes('${host.id}'));

/** Takes a host away again, from its record alone. */
export async function takeDown(undo: Readonly<Record<string, unknown>>): Promise<Result<readonly string[], Failure>> {
  const { name, down, withhold } = undo as { name: string; down: readonly string[]; withhold: readonly string[] };
  const done = await runOnce(down, withhold, null, DOWN_MS);
  if (done.ok) return ok([`took ${name} down`]);
  return fail(hostMessages.hostLeft({ host: name, command: commandText(down), why: done.failure }));
}

const DOWN_MS = 60_000;

const rendered = (run: Run, argv: readonly string[], { name, up }: HostSpec, id: string): readonly string[] => {
  const token = up.length === 0 ? '' : `mm-${markOf(`${run.session.dir} ${name}`)}`;
  const names: Readonly<Record<string, string>> = {
    ...{ 'host.name': name, 'host.id': id, 'host.token': token },
    home: process.env.HOME ?? '',
  };
  return renderDeep(argv, (path) => names[path]) as readonly string[];
};

/** @param top no program is taken from there, @param marks variables by which it is found again */
async function runOnce(
  [program = '', ...args]: readonly string[],
  withhold: readonly string[],
  top: string | null,
  limitMs: number | null,
  marks: Readonly<Record<string, string>> = {},
): Promise<Result<string, string>> {
  const file = isAbsolute(program) ? program : findOnPath(program, process.env, { insideOf: top });
  if (file === null) return fail(`${program} is not on PATH`);
  const env = { ...prefixEnvironment({ withhold }), ...marks };
  const signal = limitMs === null || limitMs === 0 ? {} : { signal: AbortSignal.timeout(limitMs) };
  try {
    const done = await collect([file, ...args], { cwd: '/', env, ...signal });
    if (done.exitCode === 0) return ok(Buffer.from(done.stdout).toString('utf8'));
    return fail(done.stderr.trim().split('\n').at(-1) || `exit code ${done.exitCode}`);
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return fail(`nothing for ${(limitMs ?? 0) / 1000} s`);
    throw error;
  }
}
