// What the program's source is like, in numbers. Pure: sources in, figures out.
// Functions are found by their indentation, which the formatter keeps; so run the formatter first.
import { basename, dirname } from 'node:path';
import { importsOf } from '../support/layers.ts';

export interface Source {
  /** From the project's top, with `/`. */
  readonly file: string;
  readonly lines: readonly string[];
}

/**
 * Words of one workflow, which belong to its recipe: where each stands as an id, and not for another thing (a gate that
 * passes, an event, a command of ours, a field of a type, a kind of workspace).
 */
const WORKFLOW_WORDS: Readonly<Record<string, RegExp>> = {
  pass: /\b(phase|loop|step|id)\b.{0,12}'pass'/,
  composite: /'composite'/,
  integrated: /'integrated'/,
  earlier: /'earlier'/,
  base: /^(?!.*\b(Pick|Omit)<).*'base'/,
  plan: /(\?\? |enum: \[|\b(id|value|from|in|than)\b.{0,8})'plan'/,
  scratch: /^(?!.*(kind|'clone'|scratch:)).*'scratch'/,
  'an option by its name': /\brecipe\.options\.\w/,
};

/** Where they are given their names: the trees of the record, the recipe's own language. */
const WORDS_OF_ITS_OWN = /core\/tree-ids\.mjs|recipe\/(schema|names|check-backends)|steps\/workspace\.ts/;

/** How many things of one kind stand side by side: a pattern that finds a declaration of each. */
const KINDS: Readonly<Record<string, RegExp>> = {
  'functions that run git': /^export (async )?function \w+\([^)]*\b(store|place): \w+, args: readonly string\[\]/,
  'git folders built by hand': /'(objects\/info\/alternates|info', 'alternates)'|join\(\w+, 'objects', 'info'\)/,
  'comparisons of file lists':
    /^export (async )?(function|const) (changed|changes|differences?|diff|compare|same)\w*\b/,
  'snapshots of a folder':
    /^export interface (\w*(Snapshot|Fingerprint|Pristine|FoundFiles|OwnFiles|UserChanges|FileFacts|Listing|State))\b/,
  'types for a candidate': /^export interface (\w*(Candidate|Entrant|Contender|Judged)|Work)\b ?(extends .*)?\{/,
};

/** The ways of a value through the files, as lib/README.md lists them. */
const JOURNEYS = /^### Journey: (.+)\n\n((?:\d+\. .*\n(?: {3}.*\n)*)+)/gm;

/** Every figure by its name, in the order in which they are shown. */
export function measureHouse(lib: readonly Source[], test: readonly Source[], readme: string): Record<string, string> {
  const code = lib.filter(({ file }) => !file.includes('.generated.'));
  const size = ({ lines }: Source) => lines.length;
  const all = (sources: readonly Source[]) => sources.reduce((sum, source) => sum + size(source), 0);
  const largest = most(code, size);
  const longest = most(code.flatMap(functionsOf), ({ lines }) => lines);
  const lines = code.flatMap(({ file, lines }) =>
    lines.map((line, at) => ({ at: `${file}:${at + 1}`, long: line.length })),
  );
  const widest = most(lines, ({ long }) => long);
  const names = repeatedNames(code);
  return {
    'lines in lib/': String(all(lib)),
    'files in lib/': String(lib.length),
    'modules with one importer, in the same folder': String(privateModules(code).length),
    'largest file': `${size(largest)}  ${largest.file}`,
    'longest function': `${longest.lines}  ${longest.at}`,
    'longest line': `${widest.long}  ${widest.at}`,
    'lines over 120 characters': String(lines.filter(({ long }) => long > 120).length),
    ...Object.fromEntries(Object.entries(KINDS).map(([kind, pattern]) => [kind, String(linesWith(code, pattern))])),
    ...Object.fromEntries(
      Object.entries(WORKFLOW_WORDS).map(([word, pattern]) => [
        `files with the workflow's word: ${word}`,
        String(filesWithWord(code, pattern).length),
      ]),
    ),
    'file names that stand in two folders': `${names.length}  ${names.join(' ')}`,
    'lines in test/': String(all(test)),
    ...journeys(readme),
  };
}

/** Functions with a body of several lines: where each begins, and how many lines it has. */
function functionsOf({ file, lines }: Source): { readonly at: string; readonly lines: number }[] {
  const functions = String.raw`(?:async )?function\b|(?:const|let) \w+.*=>`;
  const members = String.raw`(?:readonly |async |static |#)*[\w#]+\(.*\).*|(?:async )?\w+: .*=>`;
  const opens = new RegExp(String.raw`^(\s*)(?:export )?(?:${functions}|${members}).*\{$`);
  const control = /^\s*(?:if|for|while|switch|else|return|catch|do|try)\b/;
  return lines.flatMap((line, at) => {
    const indent = opens.exec(line)?.[1];
    if (indent === undefined || control.test(line)) return [];
    const end = lines.findIndex((other, index) => index > at && other.startsWith(`${indent}}`));
    return end === -1 ? [] : [{ at: `${file}:${at + 1}`, lines: end - at + 1 }];
  });
}

/** Files that exactly one file imports, which lies in the same folder. */
function privateModules(sources: readonly Source[]): string[] {
  const importers = new Map<string, Set<string>>();
  for (const { file, lines } of sources) {
    for (const { target } of importsOf(file, lines.join('\n'))) {
      importers.set(target, (importers.get(target) ?? new Set()).add(file));
    }
  }
  return sources
    .map(({ file }) => file)
    .filter((file) => {
      const [only, ...others] = importers.get(file) ?? [];
      return only !== undefined && others.length === 0 && dirname(only) === dirname(file);
    });
}

function repeatedNames(sources: readonly Source[]): string[] {
  const count = new Map<string, number>();
  for (const { file } of sources) count.set(basename(file), (count.get(basename(file)) ?? 0) + 1);
  return [...count].filter(([name, folders]) => folders > 1 && name !== 'index.ts').map(([name]) => name);
}

/** Comments may hold them. */
const filesWithWord = (sources: readonly Source[], pattern: RegExp): string[] =>
  sources
    .filter(
      ({ file, lines }) =>
        !WORDS_OF_ITS_OWN.test(file) && lines.some((line) => !/^\s*(\/\/|\*|\/\*)/.test(line) && pattern.test(line)),
    )
    .map(({ file }) => file);

function journeys(readme: string): Record<string, string> {
  return Object.fromEntries(
    [...readme.matchAll(JOURNEYS)].map(([, name = '', list = '']) => [
      `files on the way: ${name}`,
      String(new Set(list.match(/\]\([^)]*\.(ts|mjs)\)/g)).size),
    ]),
  );
}

const linesWith = (sources: readonly Source[], pattern: RegExp): number =>
  sources.reduce((sum, { lines }) => sum + lines.filter((line) => pattern.test(line)).length, 0);

const most = <T>(all: readonly T[], by: (one: T) => number): T => all.reduce((a, b) => (by(b) > by(a) ? b : a));
