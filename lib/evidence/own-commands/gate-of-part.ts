// The part of a command that is one gate: all of it, or what is left without the parts that are gates of their own,
// write, watch or install. So a type error never reads as a failing test, and nothing counts twice.
import type { Part } from './expand.ts';
import type { Words } from './words.ts';

export interface Taken {
  /** A shell line. */
  readonly run: string;
  /** What it runs in the end. */
  readonly lines: string;
}

/** @param surely its name says that it is this gate, whatever it runs */
export function gateOfPart(part: Part, kind: string, words: Words, surely: boolean): Taken | null {
  const leaves = leavesOf(part).filter(({ line }) => line !== '');
  const lost = lostIn(part, words);
  if (lost.has(part)) return null;
  if (leaves.some(({ line }) => ['watches', 'never-ends'].includes(words.harmOf(line) ?? ''))) return null;
  const needing = leaves.findLastIndex(
    (leaf) => !lost.has(leaf) && kindsIn(leaf.line, words).includes('tests') && !words.readsSources(leaf.line),
  );
  const isKept = (leaf: Part): boolean => {
    const { line } = leaf;
    if (words.harmOf(line) !== null || lost.has(leaf)) return false;
    const kinds = kindsIn(line, words);
    return (
      kinds.length === 0 ||
      kinds.includes(kind) ||
      (kind === 'tests' && words.builds(line) && leaves.indexOf(leaf) < needing)
    );
  };
  const kept = leaves.filter(isKept);
  const ours = kept.filter(({ line }) => kindsIn(line, words).includes(kind));
  const known = kept.some(({ line }) => kindsIn(line, words).length > 0);
  const meant = surely && !known && kept.length > 0 && kept.length === leaves.length;
  if (ours.length === 0 && !meant) return null;
  // commands of no known kind belong to what the name says, or build what tests need
  const stays = (leaf: Part) => isKept(leaf) && (kind === 'tests' || surely || ours.includes(leaf));
  const whole = kept.length === leaves.length;
  const run = lineOf(part, stays) ?? (leaves.every(({ line }) => words.harmOf(line) === null) ? part.text : null);
  if (run === null) return null;
  if (!whole && /(^|[\s/])\.?v?env\/bin\//.test(run)) return null; // of an environment that only its own commands make
  const lines = leaves.filter(stays).map(({ line }) => line);
  return { run, lines: lines.join('\n') };
}

/** What nothing is left of: a command that fetches something needs it. */
function lostIn(part: Part, words: Words): ReadonlySet<Part> {
  const fetches = part.parts.some(({ parts, line }) => parts.length === 0 && words.harmOf(line) === 'fetches');
  const whole = fetches || (part.parts.length === 0 && words.harmOf(part.line) === 'fetches');
  const inner = part.parts.flatMap((each) => [...lostIn(each, words)]);
  return new Set(whole ? [part, ...leavesOf(part)] : inner);
}

/** The gates that a part's tools belong to. */
export const kindsOfPart = (part: Part, words: Words): readonly string[] => [
  ...new Set(leavesOf(part).flatMap(({ line }) => kindsIn(line, words))),
];

export const leavesOf = (part: Part): readonly Part[] =>
  part.parts.length === 0 ? [part] : part.parts.flatMap(leavesOf);

/** Gates of a line; a linter that formats too counts as a linter. */
function kindsIn(line: string, words: Words): readonly string[] {
  const kinds = words.kindsOf(line);
  return kinds.length > 1 && kinds.includes('linter') ? ['linter'] : kinds;
}

/** The shortest line that runs the parts that stay; null where there is none. */
function lineOf(part: Part, stays: (leaf: Part) => boolean): string | null {
  if (leavesOf(part).every((leaf) => stays(leaf) || leaf.line === '')) return part.text ?? joined(part, stays);
  return joined(part, stays);
}

function joined(part: Part, stays: (leaf: Part) => boolean): string | null {
  if (part.parts.length === 0) return null;
  const lines = part.parts.filter((each) => leavesOf(each).some(stays)).map((each) => lineOf(each, stays));
  return lines.length === 0 || lines.includes(null) ? null : lines.join(' && ');
}
