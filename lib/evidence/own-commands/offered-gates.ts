// Which gates a project's own commands are, best first: by their names, else by what they run. And which of them its
// build server runs. Offers only; who wins a gate is decided elsewhere.
import { type CommandFile, expandCommand, expandLine, type Part } from './expand.ts';
import { gateOfPart, kindsOfPart, leavesOf } from './gate-of-part.ts';
import { parsed } from './read-commands.ts';
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

const LINES = ['run', 'script', 'bash', 'command', 'commands', 'test'];
const ELSEWHERE = ['working-directory', 'workingDirectory', 'working_directory', 'environment'];
const NOT_HERE = /deploy|release|publish|nightly|benchmark|docs?\b|documentation|website|fuzz|stale|windows|macos/i;

/**
 * The shell lines that a build server runs, whatever its file is: every text below `run:`, `script:`, `bash:`,
 * `command:`. Left out is what deploys, needs secrets, works in another folder, or is filled in there.
 * @param text a workflow, pipeline or job file
 */
export function ciLines(text: string): readonly string[] {
  const document = parsed(text);
  if (NOT_HERE.test(String(document.name ?? ''))) return [];
  const { on } = document;
  const events = typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys((on ?? {}) as object);
  if (events.length > 0 && !events.some((event) => /^(push|pull_request|merge_group)$/.test(event))) return [];
  const lines: string[] = [];
  walk(document, lines);
  return lines
    .flatMap((line) => line.replace(/\\\r?\n\s*/g, ' ').split(/\r?\n/))
    .filter((line) => !/\$\{\{|<<|\$\[/.test(line));
}

function walk(value: unknown, lines: string[]): void {
  if (Array.isArray(value)) for (const each of value) walk(each, lines);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const entries = Object.entries(value);
  const own = value as Readonly<Record<string, unknown>>;
  if (NOT_HERE.test(String(own.name ?? '')) || /secrets\./.test(JSON.stringify(own.env ?? ''))) return;
  if (ELSEWHERE.some((key) => typeof own[key] === 'string' && own[key] !== '.')) return;
  if (/windows|macos|tags?\b|failure\(\)|always\(\)|schedule/i.test(String(own.if ?? '').replace(/!=\s*'[^']*'/g, '')))
    return;
  const folder = (own.defaults as { readonly run?: Readonly<Record<string, unknown>> } | undefined)?.run;
  if (folder && ELSEWHERE.some((key) => folder[key] !== undefined)) return;
  for (const [key, inner] of entries) {
    const texts = (Array.isArray(inner) ? inner : [inner]).filter((each): each is string => typeof each === 'string');
    if (LINES.includes(key) && !/^\s*cd\s/m.test(texts.join('\n'))) lines.push(...texts);
    else if (!NOT_HERE.test(key)) walk(inner, lines);
    if (LINES.includes(key) && texts.length === 0) walk(inner, lines);
  }
}
