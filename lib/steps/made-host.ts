// Hosts that are made for a run: what the recipe's `up` makes is on record with its `down`, and taken away at the end.
import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import type { Undo } from '../core/events.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import type { HostSpec } from '../core/recipe.ts';
import { renderDeep } from '../recipe/template.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { collect } from '../system/own-command.ts';
import { prefixEnvironment } from '../system/remote/run-far.ts';
import { commandText } from './find-gates.ts';
import type { Run } from './run-context.ts';

/** Whether an effect is a host of that name. */
export const isHost = (name: string) => (undo: Undo) => undo.kind === 'host' && undo.name === name;

/** The id of one that was made in this session and not taken away; null: there is none. */
export function madeBefore(run: Run, spec: HostSpec): string | null {
  const made = run.session.effects.open.find(({ undo }) => isHost(spec.name)(undo) && undo.id !== null);
  return made === undefined ? null : String(made.undo.id);
}

/**
 * Makes a host; one that an earlier process of this session made is used again. Where its own name is enough to take it
 * away, that is on record before it is made.
 */
export async function bringUp(run: Run, spec: HostSpec): Promise<Result<string>> {
  const made = madeBefore(run, spec);
  if (made !== null) return ok(made);
  const { effects } = run.session;
  const isIts = isHost(spec.name);
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

/** Takes a host away in the middle of a run. @returns why it can't be taken away */
export async function giveUp(run: Run, spec: HostSpec): Promise<Result<void>> {
  const { failures } = await run.session.effects.undo(isHost(spec.name));
  return failures[0] ? fail(failures[0]) : ok(undefined);
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

/** A command of a host's, as it is typed. @param id what `up` printed */
export const rendered = (run: Run, argv: readonly string[], { name, up }: HostSpec, id: string): readonly string[] => {
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

/** What no prefix sees: it may carry its environment along. */
export function withheld({ recipe }: Run): readonly string[] {
  const backends = Object.values(recipe.slots).flatMap(({ backends }) => backends);
  return [...recipe.withhold, ...backends.flatMap(({ env }) => env.pass)];
}

/** What ends the names of a session's lanes on hosts, and makes those of its hosts its own. @param dir its folder */
export const markOf = (dir: string): string => createHash('sha256').update(dir).digest('hex').slice(0, 12);
