// Checks the `${name}`s of one text, and bare names such as those after `when:`, against what is known there.
// Places are those of the name inside the text, in every way of writing a text that YAML has.
import type { Shape } from '../core/executor-spec.ts';
import { nameMistakes } from '../core/messages/name-mistakes.ts';
import type { Wording } from '../core/messages/wording.ts';
import { nearest } from '../core/nearest.ts';
import { find, isUntrusted, namesOf, type Scope } from './names.ts';
import type { Report } from './parse.ts';
import { lineOf, type Place } from './source.ts';
import { isName, parseTemplate, soleReference } from './template.ts';
import type { ScalarTree } from './tree.ts';

/** Where a name first gets its value, for those that are used too early. */
export type SavedLater = ReadonlyMap<string, Place>;

export interface Knowledge {
  readonly scope: Scope;
  readonly savedLater: SavedLater;
  /** Gets every name that is known, with what is known where it stands. */
  readonly meets?: (path: string, knowledge: Knowledge) => void;
}

/** What is known where no step saves anything. */
export const knows = (scope: Scope): Knowledge => ({ scope, savedLater: new Map() });

/** `free`: a text for people or models; `safe`: one that must not carry a model's words (recipe rule 4). */
export type Use = 'free' | 'safe';

const holdsTrees = (shape: Shape): boolean => shape === 'tree' || shape === 'trees';

/** Checks every `${name}` in a text. */
export function checkReferences(scalar: ScalarTree, use: Use, knowledge: Knowledge, report: Report): void {
  if (typeof scalar.value !== 'string' || !scalar.value.includes('${')) return;
  const { references, malformed } = parseTemplate(scalar.value);
  for (const { offset, length } of malformed) report(placeIn(scalar, offset, length), nameMistakes.malformed());
  for (const { path, offset, length } of references) {
    const wrong = (wording: Wording) => report(placeIn(scalar, offset, length), wording);
    const shape = shapeAt(path, knowledge, wrong);
    if (shape === null) continue;
    if (typeof shape === 'object') wrong(nameMistakes.severalValues(path, Object.keys(shape)));
    else if (holdsTrees(shape)) wrong(nameMistakes.isTree(path));
    else if (use === 'safe' && isUntrusted(path, shape)) wrong(nameMistakes.untrusted(path));
  }
}

/**
 * Checks a text that stands for a tree: `${name}` of one.
 * @param orName other safe names may stand there too: those of slots, whose trees are meant
 */
export function checkTree(scalar: ScalarTree, orName: boolean, knowledge: Knowledge, report: Report): void {
  const path = soleReference(String(scalar.value));
  const found = path === null ? null : find(knowledge.scope, path);
  if (path !== null && found?.ok && found.shape === 'tree') return;
  const isOther = orName || (found !== null && !found.ok);
  if (isOther) checkReferences(scalar, 'safe', knowledge, report);
  else report(scalar.place, nameMistakes.notTree(String(scalar.value), namesOf(knowledge.scope, ['tree'])));
}

/** Checks the bare name of several trees. */
export function checkTrees(scalar: ScalarTree, knowledge: Knowledge, report: Report): void {
  const shape = checkName(scalar, knowledge, report);
  if (shape !== null && shape !== 'trees')
    report(scalar.place, nameMistakes.notTrees(String(scalar.value), namesOf(knowledge.scope, ['trees'])));
}

/** Checks a bare name, and returns what it stands for; null after reporting why it is none. */
export function checkName(scalar: ScalarTree, knowledge: Knowledge, report: Report): Shape | null {
  const written = String(scalar.value);
  if (isName(written)) return shapeAt(written, knowledge, (wording) => report(scalar.place, wording));
  const negated = /^(?:!|not )\s*(?:\$\{)?([^\s{}]+)\}?$/.exec(written)?.[1];
  report(scalar.place, nameMistakes.bareName(written, soleReference(written) ?? undefined, negated));
  return null;
}

/** Reports the first `${` (or another opening) where nothing may be inserted. */
export function checkNoReferences(scalar: ScalarTree, wording: Wording, report: Report, opening = '${'): void {
  if (typeof scalar.value !== 'string') return;
  const offset = scalar.value.indexOf(opening);
  if (offset === -1) return;
  const [whole] = /^\$\{[^}\n]*\}?/.exec(scalar.value.slice(offset))!;
  report(placeIn(scalar, offset, whole.length), wording);
}

function shapeAt(path: string, knowledge: Knowledge, wrong: (wording: Wording) => void): Shape | null {
  const { scope, savedLater } = knowledge;
  const found = find(scope, path);
  if (found.ok) {
    knowledge.meets?.(path, knowledge);
    return found.shape;
  }
  const [root] = path.split('.') as [string];
  const later = found.before === '' ? savedLater.get(root) : undefined;
  if (later) {
    wrong(nameMistakes.notYetKnown(path, lineOf(later)));
    return null;
  }
  const [word = '', ...rest] = found.rest.split('.');
  const near = nearest(word, found.names);
  const suggested = near === undefined ? undefined : [found.before + near, ...rest].join('.');
  const inside = found.before === '' ? ' here' : ` in ${found.before.slice(0, -1)}`;
  wrong(nameMistakes.unknownName(path, suggested, found.names, inside));
  return null;
}

/**
 * The place of a part of a text. YAML may have folded, escaped or indented it; a name is written the same everywhere,
 * so it is found as the so-and-so-many-th of its kind in what stands in the file.
 */
function placeIn(scalar: ScalarTree, offset: number, length: number): Place {
  const value = String(scalar.value);
  const needle = value.slice(offset, offset + length);
  let ordinal = 0;
  for (let i = value.indexOf(needle); i !== -1 && i < offset; i = value.indexOf(needle, i + 1)) ordinal++;
  const { source, end } = scalar.place;
  let start = source.text.indexOf(needle, scalar.body);
  for (; ordinal > 0 && start !== -1; ordinal--) start = source.text.indexOf(needle, start + 1);
  return start === -1 || start >= end ? scalar.place : { source, start, end: start + length };
}
