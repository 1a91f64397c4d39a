// Which gates a project's own commands are, best first: by their names, else by what they run. And which of them its
// build server runs. Offers only; who wins a gate is decided elsewhere.
import { ciLines } from './ci-lines.ts';
import { type CommandFile, expandCommand, expandLine, type Part } from './expand.ts';
import { gateOfPart, kindsOfPart, leavesOf } from './gate-of-part.ts';
import type { Words } from './words.ts';

export interface Offer {
  readonly kind: string;
  readonly run: string;
  /** What it runs in the end, a line each. */
  readonly lines: string;
  /** The command that offers it, for people. */
  readonly from: string;
}

/** What the commands of a file offer. */
export function offersOf(file: CommandFile, files: readonly CommandFile[], words: Words): readonly Offer[] {
  const parts = new Map([...file.commands.keys()].map((name) => [name, expandCommand(file, name, files)]));
  const offer = (kind: string, name: string, surely: boolean): readonly Offer[] => {
    const part = parts.get(name);
    const taken = part === undefined ? null : gateOfPart(part, kind, words, surely);
    return taken === null ? [] : [{ kind, ...taken, from: `${file.title}: ${name}` }];
  };
  const named = words.kinds.flatMap((kind) => [
    ...(words.names[kind] ?? []).flatMap((name) => offer(kind, name, true)),
    ...(words.maybe[kind] ?? []).flatMap((name) => offer(kind, name, false)),
  ]);
  // a linter that is only part of `test`, say
  const all = words.kinds.flatMap((kind) => [
    ...(words.names[kind] ?? []),
    ...(words.maybe[kind] ?? []),
    ...words.umbrellas,
  ]);
  const within = words.kinds.flatMap((kind) => [...new Set(all)].flatMap((name) => offer(kind, name, false)));
  return [...named, ...within];
}

/** What a build server's file offers: commands of the project that it calls, and tools that it starts. */
export function offersOfServer(
  title: string,
  text: string,
  files: readonly CommandFile[],
  words: Words,
): readonly Offer[] {
  const ranked = ciLines(text)
    .flatMap((line) => expandLine(line, null, files))
    .flatMap((part) => kindsMeant(part, words).flatMap((kind) => serverOffer(title, part, kind, words)));
  return ranked.sort((a, b) => a.rank - b.rank || a.run.length - b.run.length);
}

const kindsMeant = (part: Part, words: Words): readonly string[] =>
  words.kinds.filter((kind) => words.names[kind]?.includes(part.name ?? '') || kindsOfPart(part, words).includes(kind));

function serverOffer(title: string, part: Part, kind: string, words: Words): readonly (Offer & { rank: number })[] {
  const names = [...(words.names[kind] ?? []), ...(words.maybe[kind] ?? [])];
  const place = names.indexOf(part.name ?? '');
  if (part.file === null && (part.text === null || /[$%~]/.test(part.line))) return [];
  if (leavesOf(part).some(({ line }) => words.ciOnly(line))) return [];
  const taken = gateOfPart(part, kind, words, words.names[kind]?.includes(part.name ?? '') ?? false);
  if (taken === null) return [];
  const shown = part.name === null ? part.line : (part.text ?? part.name);
  return [{ kind, ...taken, from: `${title}: ${shown}`, rank: place >= 0 ? place : part.file === null ? 50 : 100 }];
}
