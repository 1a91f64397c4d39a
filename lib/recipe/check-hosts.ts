// Checks what `hosts:` means, and who names them.
import { hostMistakes } from '../core/messages/host-messages.ts';
import { nearest } from '../core/nearest.ts';
import { checkVector } from './check-backends.ts';
import type { Scope } from './names.ts';
import type { Report } from './parse.ts';
import { at, entriesOf, itemsOf, type MapTree, nameplate, type ScalarTree, type Tree, textOf } from './tree.ts';

const IN_HOST: Scope = { host: { name: 'safe' }, home: 'safe' };
const WITH_ID: Scope = { ...IN_HOST, host: { name: 'safe', id: 'safe' } };

export function checkHosts(recipe: MapTree, report: Report): void {
  const hosts = entriesOf(at(recipe, 'hosts'));
  for (const [, host] of hosts) {
    const up = at(host, 'up');
    const down = at(host, 'down');
    if (up !== undefined && down === undefined) report(nameplate(up), hostMistakes.neverDown());
    if (down !== undefined && up === undefined) report(nameplate(down), hostMistakes.neverUp());
    checkVector(up, IN_HOST, report);
    for (const vector of [at(host, 'via'), down]) checkVector(vector, up === undefined ? IN_HOST : WITH_ID, report);
  }
  const known = hosts.map(([name]) => name);
  for (const [id, slot] of entriesOf(at(recipe, 'slots'))) checkSlot(id, slot, known, report);
}

function checkSlot(id: string, slot: Tree, known: readonly string[], report: Report): void {
  const host = at(slot, 'host');
  if (host === undefined) return;
  for (const name of host.kind === 'list' ? itemsOf(host) : [host]) {
    const text = textOf(name);
    if (text !== undefined && !known.includes(text))
      report((name as ScalarTree).place, hostMistakes.unknownHost(text, known, nearest(text, known) ?? null));
  }
  const workspace = at(slot, 'workspace');
  if (textOf(workspace) === 'main') report(nameplate(host), hostMistakes.mainElsewhere(id));
}
