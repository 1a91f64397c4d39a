// Looks at a recipe's models: which command line each slot would use here, and whether a login can be seen. Looks at
// variables and files that the recipe names; no command line is started, and no vendor is asked.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { complaint, type Finding, good } from '../core/finding.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import { originMessages } from '../core/messages/origin-messages.ts';
import { originText } from '../core/origin.ts';
import type { Recipe, Slot } from '../core/recipe.ts';
import { findOnPath } from '../system/find-on-path.ts';
import type { Far } from '../system/remote/host.ts';
import type { MetHosts } from './examine-hosts.ts';

/** What `mm check --json` says of a slot. Keys are only ever added. */
export interface SlotHere {
  readonly id: string;
  readonly title: string;
  readonly primary: boolean;
  readonly workspace: string;
  /** The command line it would use; null: none of those looked for is installed. */
  readonly backend: string | null;
  readonly looked: readonly string[];
  readonly install: readonly string[];
  /** `unknown`: nothing that the recipe names was there, which need not mean that it is logged out. */
  readonly login: 'found' | 'unknown' | null;
  /** The variable or file that shows it. */
  readonly login_seen: string | null;
}

/**
 * @param around the repository, whose own files are never taken for a command line
 * @param hosts those of the recipe that were met
 */
export function slotsHere(recipe: Recipe, around: string | null, hosts: MetHosts = new Map()): readonly SlotHere[] {
  return Object.values(recipe.slots).map((slot) => {
    const there = slot.hosts.map((name) => hosts.get(name)).find((host) => host && backendOn(host, slot) !== null);
    const used = slot.hosts.length === 0 ? usedBackend(slot, around) : there ? backendOn(there, slot) : null;
    const seen = used === null ? null : loginOf(used, there);
    return {
      id: slot.id,
      title: slot.title,
      primary: slot.primary,
      workspace: slot.workspace,
      backend: slot.from === null ? (used?.cli ?? null) : originText(slot.from),
      looked: slot.backends.map(({ cli }) => cli),
      install: slot.backends.flatMap(({ install }) => (install ? [install] : [])),
      login: used === null ? null : seen === null ? 'unknown' : 'found',
      login_seen: seen,
    };
  });
}

export function usedBackend({ backends }: Slot, around: string | null): Backend | null {
  return backends.find(({ cli }) => findOnPath(cli, process.env, { insideOf: around }) !== null) ?? null;
}

/** What a slot would use on a host. */
const backendOn = ({ programs }: Far, { backends }: Slot): Backend | null =>
  backends.find(({ cli }) => programs.has(cli)) ?? null;

export function examineModels(recipe: Recipe, around: string | null, hosts: MetHosts): readonly Finding[] {
  const slots = slotsHere(recipe, around, hosts);
  const findings = slots.map((slot) => examineSlot(slot, recipe.slots[slot.id]!));
  if (slots.some(({ backend }) => backend !== null)) return findings;
  if (slots.length === 0) return [complaint('sources', 'warning', originMessages.noOrigins())];
  return [...findings, complaint('models', 'bad', doctorMessages.noSlotAtAll())];
}

function examineSlot(
  { title, backend, looked, install, login_seen }: SlotHere,
  { backends, from, hosts, askHosts }: Slot,
): Finding {
  if (from !== null) return good(title, `takes ${originText(from)}`);
  if (hosts.length > 0 && backend === null) return good(title, `works on ${hosts.join(', or on ')}: see there`);
  if (backend === null) return complaint(title, 'warning', doctorMessages.slotMissing({ looked, install }));
  const { login, allows, permissions } = backends.find(({ cli }) => cli === backend)!;
  const may =
    permissions === 'workspace' ? 'It may write in its workspace only, as its own sandbox sees to it.' : allows;
  const asked = askHosts.length === 0 ? '' : ` (asked on ${askHosts.join(', or on ')})`;
  const where = `${hosts.length === 0 ? '' : ` on ${hosts.join(', or on ')}`}${asked}`;
  const uses = backend === looked[0] ? `${backend}${where}` : `${backend}${where} (${looked[0]} is not installed)`;
  const note = may === null ? '' : `. ${may}`;
  if (login_seen !== null) return good(title, `would use ${uses}; login: ${login_seen} is there${note}`);
  // what the recipe says nothing of needs no login
  if (login.env.length + login.files.length === 0 && login.how === null) return good(title, `would use ${uses}${note}`);
  const places = [...login.env.map((name) => `$${name}`), ...login.files];
  return complaint(title, 'unknown', doctorMessages.loginUnknown({ cli: uses, looked: places, how: login.how, may }));
}

/** The variable (it goes along to a host) or file that shows a login; null where none is there. */
function loginOf({ login }: Backend, there: Far | null | undefined): string | null {
  const variable = login.env.find((name) => process.env[name]);
  if (variable !== undefined) return `$${variable}`;
  if (there) return login.files.find((file) => there.files.has(file)) ?? null;
  const home = process.env.HOME || homedir();
  return login.files.find((file) => existsSync(file.startsWith('~/') ? join(home, file.slice(2)) : file)) ?? null;
}
