// What command lines do, by the table's expressions: which gate a tool belongs to, and what is never part of one. Pure.
import type { CommandWords } from '../../core/gate-rules.ts';

export interface Words {
  readonly kinds: readonly string[];
  /** Gates that a line belongs to. */
  kindsOf(line: string): readonly string[];
  /** Why a line is never part of a gate, null if nothing speaks against it. */
  harmOf(line: string): string | null;
  /** What it makes later commands need. */
  builds(line: string): boolean;
  /** It needs nothing that was built. */
  readsSources(line: string): boolean;
  /** What is left to the build server: it leaves files behind, or needs what only that has. */
  ciOnly(line: string): boolean;
  languageOf(line: string): string | null;
  /** Names that say which gate a command is. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Names that say it only where the command's tools say it too. */
  readonly maybe: Readonly<Record<string, readonly string[]>>;
  /** Names of commands that are several gates. */
  readonly umbrellas: readonly string[];
  readonly limitOf: (kind: string, factor: number) => number | null;
}

/** Expressions, ready to be used. */
export function wordsFor(table: CommandWords): Words {
  const all = (expressions: readonly string[]) => {
    const pattern = expressions.length > 0 ? new RegExp(expressions.map((each) => `(?:${each})`).join('|'), 'm') : null;
    return (line: string) => pattern?.test(line) ?? false;
  };
  const kinds = Object.entries(table.gates).map(([id, { does }]) => [id, all(does)] as const);
  const harms = Object.entries(table.never).map(([why, expressions]) => [why, all(expressions)] as const);
  const languages = Object.entries(table.languages).map(([name, expressions]) => [name, all(expressions)] as const);
  return {
    kinds: kinds.map(([id]) => id),
    kindsOf: (line) => kinds.filter(([, does]) => does(line)).map(([id]) => id),
    harmOf: (line) => harms.find(([, does]) => does(line))?.[0] ?? null,
    builds: all(table.builds),
    readsSources: all(table.readsSources),
    ciOnly: all(table.ciOnly),
    languageOf: (line) => languages.find(([, is]) => is(line))?.[0] ?? null,
    names: Object.fromEntries(Object.entries(table.gates).map(([id, { names }]) => [id, names])),
    maybe: Object.fromEntries(Object.entries(table.gates).map(([id, { maybe }]) => [id, maybe])),
    umbrellas: table.several,
    limitOf: (kind, factor) => {
      const limit = table.gates[kind]?.timeoutMs ?? null;
      return limit === null ? null : limit * factor;
    },
  };
}
