// Finds a repository's quality gates: those that its documents name, else those that the table's rules conclude from
// its files. Pure: it reads through callbacks, and knows no language, tool or file layout by itself.

import type { CommandWords, GateRule, GateSpec, OwnCommandsRule } from '../core/gate-rules.ts';
import type { Command } from '../core/shell-word.ts';
import { piecesOf } from './own-commands/command-line.ts';
import type { CommandFile } from './own-commands/expand.ts';
import { type Offer, offersOf, offersOfServer } from './own-commands/offered-gates.ts';
import { readCommands } from './own-commands/read-commands.ts';
import { type Words, wordsFor } from './own-commands/words.ts';
import { holds, matching, type RepositoryTexts } from './rule-holds.ts';
import { commandLine } from './spoilt-sources.ts';

export interface FoundGates {
  /** In the order formatter, linter, types, tests, each with those of further languages; then others as found. */
  readonly gates: Readonly<Record<string, GateSpec>>;
  /** Gate → the file that names it and the command there, or the title of the rule that found it. */
  readonly from: Readonly<Record<string, string>>;
  /** Lines of a gate block that say nothing usable, each with its file and line: to be shown, not swallowed. */
  readonly mistakes: readonly string[];
}

const ORDER = ['formatter', 'linter', 'types', 'tests'];

/**
 * The gates of a repository. A project that names gates names all of them: then no rule is looked at.
 * @param rules first match wins, gate by gate
 * @param documents files in which a project may name its gates itself; the first that names a gate wins it
 */
export function findGates(
  repository: RepositoryTexts,
  { gateRules: rules, commandWords }: { readonly gateRules: readonly GateRule[]; readonly commandWords: CommandWords },
  documents: readonly string[],
): FoundGates {
  const named = readGateBlocks(documents.map((file) => [file, repository.read(file) ?? '']));
  if (Object.keys(named.gates).length > 0) return inOrder(named);
  const words = wordsFor(commandWords);
  const holding = rules.flatMap((rule) => {
    const matched = holds(rule, repository);
    return matched === null ? [] : [{ rule, matched }];
  });
  const commandFiles = new Map<OwnCommandsRule, CommandFile>();
  for (const { rule } of holding) {
    const file = rule.commands && commandFileOf(rule.title, rule.commands, repository);
    if (file && ![...commandFiles.values()].some(({ format }) => format === file.format))
      commandFiles.set(rule.commands!, file);
  }
  const winners = new Winners();
  const byServer = new Set<string | null>(); // languages
  for (const { rule, matched } of holding) {
    for (const [id, gate] of Object.entries(rule.gates)) {
      const run = withMatches(gate.run, matched);
      const language = words.languageOf(commandLine(run));
      const unasked = rule.usual && ['formatter', 'linter'].includes(id) && byServer.has(language);
      winners.offer(id, { ...gate, run, required: gate.required && !unasked }, rule.title, [], language);
    }
    const { commands } = rule;
    if (commands === null) continue;
    for (const { kind, run, lines, from } of offersFrom(commands, commandFiles, repository, words)) {
      const timeoutMs = words.limitOf(kind, commands.limitFactor);
      const gate = { id: kind, title: kind, run: asCommand(run), timeoutMs, required: true, via: [] };
      const language = words.languageOf(lines) ?? commands.language;
      if (commands.format === 'ci') byServer.add(language);
      winners.offer(kind, gate, from, commands.format === 'ci' ? [] : lines.split('\n'), language);
    }
  }
  return inOrder({ gates: winners.gates, from: winners.from, mistakes: named.mistakes });
}

/** Who wins which gate: the first that offers it, also in each further language; or who runs all that it runs. */
class Winners {
  readonly gates: Record<string, GateSpec> = {};
  readonly from: Record<string, string> = {};
  readonly #languages = new Map<string, (string | null)[]>();
  readonly #lines = new Map<string, readonly string[]>();

  /**
   * @param lines what it runs in the end; none: nobody takes its place
   * @param language null: all that there are
   */
  offer(kind: string, gate: GateSpec, from: string, lines: readonly string[], language: string | null): void {
    const have = this.#languages.get(kind) ?? [];
    const first = this.#lines.get(kind) ?? [];
    if (
      first.length > 0 &&
      lines.length > first.length &&
      first.every((line) => lines.includes(line)) &&
      fileOf(from) !== fileOf(this.from[kind]!)
    ) {
      this.gates[kind] = { ...gate, id: kind };
      this.from[kind] = from;
      this.#lines.set(kind, lines);
      this.#languages.set(kind, [null]);
      return;
    }
    if (have.length === 0) this.#lines.set(kind, lines);
    if (have.length > 0 && (language === null || have.includes(null) || have.includes(language))) return;
    // nothing counts twice
    if (Object.values(this.gates).some(({ run }) => commandLine(run) === commandLine(gate.run))) return;
    const id = have.length === 0 ? kind : `${kind}-${language}`;
    this.gates[id] = { ...gate, id, title: have.length === 0 ? gate.title : `${gate.title} (${language})` };
    this.from[id] = from;
    this.#languages.set(kind, [...have, language]);
  }
}

function offersFrom(
  commands: OwnCommandsRule,
  commandFiles: ReadonlyMap<OwnCommandsRule, CommandFile>,
  repository: RepositoryTexts,
  words: Words,
): readonly Offer[] {
  const all = [...commandFiles.values()];
  if (commands.format !== 'ci') {
    const file = commandFiles.get(commands);
    return file === undefined ? [] : offersOf(file, all, words);
  }
  return matching(commands.file, repository).flatMap((file) =>
    offersOfServer(file.replace(/^.*\//, ''), repository.read(file) ?? '', all, words),
  );
}

function commandFileOf(
  title: string,
  { file, format, run, tools }: OwnCommandsRule,
  repository: RepositoryTexts,
): CommandFile | null {
  const [path] = matching(file, repository);
  if (format === 'ci' || path === undefined) return null;
  return { format, title, run, tools, commands: readCommands(format, repository.read(path) ?? '') };
}

/** `$1` is what the first group matched; a shell line takes nothing in. */
const withMatches = (run: Command, matched: readonly string[]): Command =>
  typeof run === 'string' ? run : run.map((word) => word.replace(/\$(\d)/g, (_, n) => matched[Number(n) - 1] ?? ''));

const fileOf = (from: string): string => from.replace(/: .*$/s, '');

/** A line that is no more than plain words is an argument vector. */
function asCommand(line: string): Command {
  const [piece, more] = piecesOf(line);
  const plain = piece !== undefined && more === undefined && piece.simple && /^[\w@+=:,./ -]+$/.test(line);
  return plain && !/^\w+=/.test(line) ? piece.words : line;
}

function inOrder({ gates, from, mistakes }: FoundGates): FoundGates {
  const rank = (id: string) => {
    const place = ORDER.findIndex((kind) => id === kind || id.startsWith(`${kind}-`));
    return place === -1 ? ORDER.length : place;
  };
  const ids = Object.keys(gates).sort((a, b) => rank(a) - rank(b));
  const pick = <T>(record: Readonly<Record<string, T>>) => Object.fromEntries(ids.map((id) => [id, record[id]!]));
  return { gates: pick(gates), from: pick(from), mistakes };
}

/** A gate must end some time, also where the document that names it says nothing of it. */
const DEFAULT_LIMIT_MS = 600_000;
/** A gate's name is also a file's name in the session folder. */
const LINE = /^([a-z][a-z0-9_-]{0,39})\s*:\s+(\S.*)$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*(\S*)/;

/**
 * The gates named in the `mm-gates` blocks of some documents; the first that names a gate wins it.
 * @param documents pairs of file name and text, in order of precedence
 */
export function readGateBlocks(documents: readonly (readonly [file: string, text: string])[]): FoundGates {
  const gates: Record<string, GateSpec> = {};
  const from: Record<string, string> = {};
  const mistakes: string[] = [];
  for (const [file, text] of documents) {
    for (const { line, number } of blockLines(text)) {
      const [, id, run] = LINE.exec(line) ?? [];
      if (id === undefined || run === undefined) {
        mistakes.push(`${file}:${number}: expected \`name: command\`, such as \`tests: npm test\`, found \`${line}\``);
      } else if (!Object.hasOwn(gates, id)) {
        gates[id] = { id, title: titleOf(id), run, timeoutMs: DEFAULT_LIMIT_MS, required: true, via: [] };
        from[id] = file;
      } else if (from[id] === file) {
        mistakes.push(`${file}:${number}: \`${id}\` is named twice; the first one counts`);
      }
    }
  }
  return { gates, from, mistakes };
}

/** The lines within `mm-gates` fences, without blank ones and `#` comments; numbers count from 1. */
function blockLines(text: string): readonly { readonly line: string; readonly number: number }[] {
  const lines: { line: string; number: number }[] = [];
  let fence: { readonly mark: string; readonly ours: boolean } | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const [, mark, word] = FENCE.exec(raw) ?? [];
    if (fence === null) {
      if (mark !== undefined) fence = { mark, ours: word === 'mm-gates' };
    } else if (mark?.startsWith(fence.mark) && raw.trim() === mark) {
      fence = null;
    } else if (fence.ours) {
      const line = raw.trim();
      if (line !== '' && !line.startsWith('#')) lines.push({ line, number: index + 1 });
    }
  }
  return lines;
}

const titleOf = (id: string): string =>
  id === 'types' ? 'Type checker' : id.charAt(0).toUpperCase() + id.slice(1).replaceAll(/[-_]/g, ' ');
