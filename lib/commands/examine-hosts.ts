// Tries the hosts of a recipe: each is greeted as a run would greet it, and says what is there. One that has to be made
// first is not made: only the commands for that are looked for.
import { isAbsolute } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { complaint, type Finding, good } from '../core/finding.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import { type HostSpec, hostsNamedBy, type Recipe } from '../core/recipe.ts';
import { gateCommands } from '../evidence/gate-commands.ts';
import { renderDeep } from '../recipe/template.ts';
import { commandText, withHosts } from '../steps/find-gates.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { type Far, hello } from '../system/remote/host.ts';
import { prefixEnvironment } from '../system/remote/run-far.ts';
import { size } from '../view/session-rows.ts';
import { gatesOf } from './gates-of.ts';

/** Those that answered; null: it has yet to be made. */
export type MetHosts = ReadonlyMap<string, Far | null>;

export interface Hosts {
  readonly met: MetHosts;
  readonly findings: readonly Finding[];
}

const LIMIT_MS = 30_000;
const LITTLE_BYTES = 2e9;

/**
 * Tries those that are named by a slot or a gate, all at once.
 * @param around the repository's folder, for gates that are found there; null: none
 */
export async function meetHosts(recipe: Recipe, around: string | null): Promise<Hosts> {
  const gates = around === null ? withHosts(recipe.gates, recipe) : gatesOf(recipe, around).gates;
  const users = Object.values(recipe.hosts).map((host) => ({
    host,
    backends: backendsFor(recipe, host.name),
    // what stands behind a prefix is the prefix's to find
    programs: recipe.commandVia.length > 0 ? new Map<string, string>() : programsOf(Object.values(gates), host.name),
    named:
      Object.values(gates).some(({ hosts = [] }) => hosts.includes(host.name)) ||
      Object.values(recipe.slots).some((slot) => hostsNamedBy(slot).includes(host.name)),
  }));
  const used = users.filter(({ named }) => named);
  const tried = await Promise.all(
    used.map(async (user) => [user, await greetHost(recipe, user.host, user.programs.keys())] as const),
  );
  return {
    met: new Map(tried.flatMap(([{ host }, far]) => (typeof far === 'string' ? [] : [[host.name, far]]))),
    findings: tried.map(([user, far]) => finding(user, far)),
  };
}

/** A host, and what is to run there. */
interface Used {
  readonly host: HostSpec;
  readonly backends: readonly Backend[];
  /** Which gate starts each program. */
  readonly programs: ReadonlyMap<string, string>;
}

function programsOf(gates: readonly GateSpec[], host: string): ReadonlyMap<string, string> {
  const there = gates.filter(({ hosts = [], via }) => hosts.includes(host) && via.length === 0);
  const started = there.flatMap(({ id, run }) => gateCommands(run).map(([program = '']) => [program, id] as const));
  return new Map(started.filter(([program]) => !program.includes('/')));
}

/**
 * @param more programs that are looked for beside the command lines of its slots
 * @returns the host, or why it can't be used; null: it has to be made first
 */
export async function greetHost(
  recipe: Recipe,
  { name, via, up, down, root }: HostSpec,
  more: Iterable<string> = [],
): Promise<Far | string | null> {
  const own = [via, up, down].flatMap(([program]) => program ?? []);
  const missing = own.find((program) => !isAbsolute(program) && findOnPath(program, process.env) === null);
  if (missing !== undefined) return `${missing} is not on PATH here`;
  if (up.length > 0) return null;
  const backends = backendsFor(recipe, name);
  const ask = {
    repository: 'none',
    programs: [...backends.map(({ cli }) => cli), ...more],
    files: backends.flatMap(({ login }) => login.files),
  };
  const names: Readonly<Record<string, string>> = { 'host.name': name, home: process.env.HOME ?? '' };
  const argv = renderDeep(via, (path) => names[path]) as readonly string[];
  const withhold = [...recipe.withhold, ...backends.flatMap(({ env }) => env.pass)];
  return hello({ name, via: argv, root }, ask, prefixEnvironment({ withhold }), AbortSignal.timeout(LIMIT_MS));
}

const backendsFor = ({ slots }: Recipe, host: string): readonly Backend[] =>
  Object.values(slots).flatMap((slot) => (hostsNamedBy(slot).includes(host) ? slot.backends : []));

function finding({ host, backends, programs }: Used, far: Far | string | null): Finding {
  const { name, via, up } = host;
  const subject = `host ${name}`;
  if (far === null) return good(subject, `would be made by \`${commandText(up)}\``);
  if (typeof far === 'string') {
    const command = commandText([...via, 'git', '--version']);
    return complaint(subject, 'warning', hostMessages.hostSilent({ host: name, why: far, command }));
  }
  const isThere = (program: string) => far.programs.has(program);
  const clis = [...new Set(backends.map(({ cli }) => cli))];
  const install = [...new Set(backends.flatMap((backend) => backend.install ?? []))];
  if (clis.length > 0 && !clis.some(isThere))
    return complaint(subject, 'warning', hostMessages.hostLacks({ host: name, clis, install }));
  const missing = [...programs].filter(([program]) => !isThere(program));
  if (missing.length > 0) return complaint(subject, 'warning', hostMessages.hostLacksTools({ host: name, missing }));
  const free = size(far.freeBytes);
  if (far.freeBytes < LITTLE_BYTES) return complaint(subject, 'warning', hostMessages.hostFull({ host: name, free }));
  const there = [...clis, ...programs.keys()].filter(isThere);
  const seconds = (far.elapsedMs / 1000).toFixed(1);
  return good(
    subject,
    [`answered in ${seconds} s; git ${far.git}, ${free} free`, there.join(', ')]
      .filter((part) => part !== '')
      .join('; '),
  );
}
