// A gate's command for some test files only, by the table `run_files` of recipes/gates.yaml, or as the gate itself
// says. Pure, and knows no runner. What it does not understand it leaves: then the whole gate is run.

import type { FilesRule, GateSpec } from '../core/gate-rules.ts';
import { type Command, shellWord } from '../core/shell-word.ts';
import { baseName } from './mentions.ts';
import { isNamedAsTest } from './test-names.ts';

export interface FilesRun {
  readonly command: Command;
  /** The test files that it runs. */
  readonly files: readonly string[];
}

/** A command taken apart: what runs some files is `head`, the files, `tail`. */
interface Parts {
  readonly rule: FilesRule;
  readonly head: readonly string[];
  readonly tail: readonly string[];
  /** It named paths or patterns of its own, or options that don't go together with files; they are not in `head`. */
  readonly lost: boolean;
}

/**
 * The command that runs some test files, null where it is not known how.
 * @param changed files that an author added or changed where tests lie: tests, and what belongs to them
 * @param scripts package.json's scripts, by name
 */
export function runOfFiles(
  { run, files }: GateSpec,
  changed: readonly string[],
  rules: Readonly<Record<string, FilesRule>>,
  scripts: ReadonlyMap<string, string>,
): FilesRun | null {
  if (files !== undefined) {
    const named = changed.filter((path) => isNamedAsTest(path) && !path.startsWith('-'));
    const tests = named.length > 0 ? named : changed;
    return { command: files.flatMap((word) => (word === '${files}' ? tests : [word])), files: tests };
  }
  const words = typeof run === 'string' ? shellWords(run) : run;
  if (words === null || words.length === 0) return null;
  const all = Object.values(rules);
  for (const rule of all) {
    const script = rule.script ? scriptOf(rule, words) : null;
    if (script !== null) return ofScript(rule, words, script, changed, all, scripts);
  }
  const parts = takeApart(words, all);
  const added =
    parts &&
    argumentsFor(
      parts.rule,
      changed.filter((path) => !path.startsWith('-')),
    );
  return added && { command: withEnvironment([...parts.head, ...added.words, ...parts.tail]), files: added.files };
}

/** The script's words with the files after them, through the package manager where that only adds to them. */
function ofScript(
  rule: FilesRule,
  words: readonly string[],
  name: string,
  changed: readonly string[],
  rules: readonly FilesRule[],
  scripts: ReadonlyMap<string, string>,
): FilesRun | null {
  const script = shellWords(scripts.get(name) ?? '');
  const parts = script && takeApart(script, rules);
  const added = parts && argumentsFor(parts.rule, changed);
  // package managers make a shell line of what they are given
  if (!added || !parts || !added.files.every((path) => PLAIN.test(path))) return null;
  if (!parts.lost && parts.tail.length === 0)
    return { command: [...words, ...rule.before, ...added.words], files: added.files };
  if (rule.exec.length === 0 || scripts.has(`pre${name}`) || scripts.has(`post${name}`)) return null;
  const line = [...parts.head, ...added.words, ...parts.tail].map(assignmentOrWord).join(' ');
  return { command: [...rule.exec, line], files: added.files };
}

/** Names in which no shell sees anything. */
const PLAIN = /^[\w@.+][\w@%+=:,./-]*$/;
const ASSIGNMENT = /^[A-Za-z_]\w*=[\w@%+:,./-]*$/;
const assignmentOrWord = (word: string): string => (ASSIGNMENT.test(word) ? word : shellWord(word));

/** A command with variables before it needs something that sets them. */
const withEnvironment = (words: readonly string[]): readonly string[] =>
  ASSIGNMENT.test(words[0] ?? '') ? ['env', ...words] : words;

function scriptOf({ start }: FilesRule, words: readonly string[]): string | null {
  return new RegExp(`^(?:${start})$`).exec(oneLine(words))?.groups?.script ?? null;
}

/** Words as one text, in which no word looks like two. */
const oneLine = (words: readonly string[]): string => words.map((word) => word.replace(/\s/g, '\u0001')).join(' ');

function takeApart(words: readonly string[], rules: readonly FilesRule[]): Parts | null {
  let first = 0;
  while (ASSIGNMENT.test(words[first] ?? '') || words[first] === 'cross-env') first++;
  const variables = words.slice(0, first);
  const command = words.slice(first);
  const line = oneLine(command);
  for (const rule of rules) {
    if (rule.script) continue;
    const match = new RegExp(`^(?:${rule.start})(?= |$)`).exec(line);
    if (!match || match[0] === '') continue;
    const length = match[0].split(' ').length;
    const keep = match.groups?.keep;
    const start = keep === undefined ? command.slice(0, length) : keep.split(' ');
    const parts = sortWords(rule, command.slice(length));
    return parts && { ...parts, head: [...variables, ...start, ...parts.head], lost: parts.lost || keep !== undefined };
  }
  return null;
}

/** Options stay, paths go. Null: a word may be either. */
function sortWords(rule: FilesRule, words: readonly string[]): Parts | null {
  const head: string[] = [];
  let lost = false;
  let sure = true;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') return { rule, head, tail: words.slice(i), lost };
    if (!word.startsWith('-') || word === '-') {
      if (!sure) return null;
      lost = true;
      continue;
    }
    const name = word.split('=')[0]!;
    const hasValue = !word.includes('=') && (rule.values.includes(name) || rule.drop.includes(name));
    sure = hasValue || word.includes('=') || rule.flags.includes(name);
    const option = hasValue ? words.slice(i, i + 2) : [word];
    if (rule.drop.includes(name)) lost = true;
    else head.push(...option);
    i += option.length - 1;
  }
  return { rule, head, tail: [], lost };
}

/** The words that name the tests among some files; null: there are none, or more than the runner takes. */
function argumentsFor(rule: FilesRule, changed: readonly string[]): { words: string[]; files: string[] } | null {
  const isTest = new RegExp(rule.files);
  const files = changed.filter((path) => isTest.test(path));
  const each = [...new Map(files.map((path) => [namesOf(rule, path).join('\0'), namesOf(rule, path)])).values()];
  if (each.length === 0 || (rule.most !== null && each.length > rule.most)) return null;
  return { words: [...rule.first, ...each.flat()], files };
}

function namesOf(rule: FilesRule, path: string): string[] {
  const file = rule.strip === null ? path : path.replace(new RegExp(rule.strip), '');
  const bare = file.replace(/\.\w+$/, '');
  const folder = file.includes('/') ? `./${file.slice(0, file.lastIndexOf('/'))}` : '.';
  const values: Readonly<Record<string, string>> = {
    file,
    folder,
    module: bare.replaceAll('/', '.'),
    stem: baseName(bare),
  };
  return rule.argument.map((word) => word.replace(/\$\{(\w+)\}/g, (all, name: string) => values[name] ?? all));
}

/** The words of a shell line that is one plain command; null: it holds more, such as `&&`, `$X` or a redirection. */
export function shellWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (const [token, single, double, plain] of line
    .trim()
    .matchAll(/'([^']*)'|"([^"$`\\]*)"|([^\s'"$`\\;&|<>()#!{}~]+)|\s+|./gs)) {
    const part: string | undefined = single ?? double ?? plain;
    if (part !== undefined) word = (word ?? '') + part;
    else if (token.trim() !== '' || token.includes('\n')) return null;
    else {
      if (word !== null) words.push(word);
      word = null;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
