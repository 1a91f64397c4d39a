// Tries the hosts of a recipe: each is greeted as a run would greet it, and says what is there. One that has to be made
// first is not made: only the commands for that are looked for.
import { isAbsolute } from 'node:path';
import { complaint, type Finding, good } from '../core/finding.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import type { HostSpec, Recipe } from '../core/recipe.ts';
import { renderDeep } from '../recipe/template.ts';
import { commandText } from '../steps/find-gates.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { type Far, hello } from '../system/remote/host.ts';
import { prefixEnvironment } from '../system/remote/run-far.ts';
import { size } from '../view/session-rows.ts';

/** Those that answered; null: it has yet to be made. */
export type MetHosts = ReadonlyMap<string, Far | null>;

export interface Hosts {
  readonly met: MetHosts;
  readonly findings: readonly Finding[];
}

const LIMIT_MS = 30_000;
const LITTLE_BYTES = 2e9;

/** Tries those that a slot names, all at once. */
export async function meetHosts(recipe: Recipe): Promise<Hosts> {
  const slots = Object.values(recipe.slots);
  const used = Object.values(recipe.hosts).filter(({ name }) => slots.some(({ hosts }) => hosts.includes(name)));
  const tried = await Promise.all(used.map(async (host) => [host, await greetHost(recipe, host)] as const));
  return {
    met: new Map(tried.flatMap(([{ name }, far]) => (typeof far === 'string' ? [] : [[name, far]]))),
    findings: tried.map(([host, far]) => finding(recipe, host, far)),
  };
}

/** @returns the host, or why it can't be used; null: it has to be made first */
export async function greetHost(recipe: Recipe, { name, via, up, down, root }: HostSpec): Promise<Far | string | null> {
  const programs = [via, up, down].flatMap(([program]) => program ?? []);
  const missing = programs.find((program) => !isAbsolute(program) && findOnPath(program, process.env) === null);
  if (missing !== undefined) return `${missing} is not on PATH here`;
  if (up.length > 0) return null;
  const backends = backendsFor(recipe, name);
  const ask = {
    repository: 'none',
    programs: backends.map(({ cli }) => cli),
    files: backends.flatMap(({ login }) => login.files),
  };
  const names: Readonly<Record<string, string>> = { 'host.name': name, home: process.env.HOME ?? '' };
  const argv = renderDeep(via, (path) => names[path]) as readonly string[];
  const withhold = [...recipe.withhold, ...backends.flatMap(({ env }) => env.pass)];
  return hello({ name, via: argv, root }, ask, prefixEnvironment({ withhold }), AbortSignal.timeout(LIMIT_MS));
}

const backendsFor = ({ slots }: Recipe, host: string) =>
  Object.values(slots).flatMap(({ hosts, backends }) => (hosts.includes(host) ? backends : []));

function finding(recipe: Recipe, { name, via, up }: HostSpec, far: Far | string | null): Finding {
  const subject = `host ${name}`;
  if (far === null) return good(subject, `would be made by \`${commandText(up)}\``);
  if (typeof far === 'string') {
    const command = commandText([...via, 'git', '--version']);
    return complaint(subject, 'warning', hostMessages.hostSilent({ host: name, why: far, command }));
  }
  const backends = backendsFor(recipe, name);
  const clis = [...new Set(backends.map(({ cli }) => cli))];
  const there = clis.filter((cli) => far.programs.has(cli));
  const install = [...new Set(backends.flatMap((backend) => backend.install ?? []))];
  if (there.length === 0) return complaint(subject, 'warning', hostMessages.hostLacks({ host: name, clis, install }));
  const free = size(far.freeBytes);
  if (far.freeBytes < LITTLE_BYTES) return complaint(subject, 'warning', hostMessages.hostFull({ host: name, free }));
  const seconds = (far.elapsedMs / 1000).toFixed(1);
  return good(subject, `answered in ${seconds} s; git ${far.git}, ${free} free; ${there.join(', ')}`);
}
