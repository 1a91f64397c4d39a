// Gates: what they are, how a repository's are found, and how they and what they print are read. Plain data.
import type { Command } from './shell-word.ts';

export interface GateSpec {
  readonly id: string;
  readonly title: string;
  readonly run: Command;
  readonly timeoutMs: number | null;
  /** false: shown, but a result may be complete without it. */
  readonly required: boolean;
  readonly via: readonly string[];
  /** The command for some test files only, with `${files}` where they go; absent: as the table says. */
  readonly files?: readonly string[];
  /** Where it runs, the first that can be used; absent: as the recipe's `gateHosts` says. */
  readonly hosts?: readonly string[];
}

/** A row of the table that finds a repository's gates: when all its files exist, its gates hold. */
export interface GateRule {
  readonly title: string;
  /** It says what is usual for a language, not what the project says. */
  readonly usual: boolean;
  /** Repository-relative files that must exist. */
  readonly files: readonly string[];
  /** file → regular expression that its text must match. */
  readonly contains: Readonly<Record<string, string>>;
  /** Files of which none may be there. */
  readonly without: readonly string[];
  /** file → regular expression that its text must not match. */
  readonly lacks: Readonly<Record<string, string>>;
  /** Names of scripts that package.json must have. */
  readonly scripts: readonly string[];
  /** `$1` stands for what the first ( ) of `contains` matched. */
  readonly gates: Readonly<Record<string, GateSpec>>;
  /** A file in which the project names commands itself; null: the rule is about `gates`. */
  readonly commands: OwnCommandsRule | null;
}

/** Where a project names commands itself, and how they are started. */
export interface OwnCommandsRule {
  readonly file: string;
  readonly format: 'package.json' | 'composer.json' | 'deno.json' | 'make' | 'just' | 'taskfile' | 'ci';
  readonly run: readonly string[];
  /** Put in front of tools that the project brings along. */
  readonly tools: string;
  /** The language of what is no other's. */
  readonly language: string | null;
  /** How many times the usual limits they get. */
  readonly limitFactor: number;
}

/** What command lines do, as regular expressions. */
export interface CommandWords {
  /** Gate → names of commands that are it, or are it if their tools are, and how its tools are called. */
  readonly gates: Readonly<
    Record<
      string,
      {
        readonly names: readonly string[];
        readonly maybe: readonly string[];
        readonly does: readonly string[];
        readonly timeoutMs: number | null;
      }
    >
  >;
  /** Names of commands that are several gates. */
  readonly several: readonly string[];
  /** Why → what is never part of a gate. */
  readonly never: Readonly<Record<string, readonly string[]>>;
  /** What makes what tests may need. */
  readonly builds: readonly string[];
  /** Tests that need nothing that was built. */
  readonly readsSources: readonly string[];
  /** What is right on a build server only. */
  readonly ciOnly: readonly string[];
  /** Language → how its tools are called. */
  readonly languages: Readonly<Record<string, readonly string[]>>;
}

/**
 * What a test runner, linter or compiler prints: regular expressions that are looked for line by line. What the names
 * of their groups mean is said in recipes/README.md.
 */
export interface OutputReader {
  /** Summaries. */
  readonly counts: readonly string[];
  /** Lines of single tests, files or suites; they count where nothing printed a summary. */
  readonly lines: readonly string[];
  /** Lines that name a failing test. */
  readonly failing: readonly string[];
  /** From such a line on, what is said belongs to no failing test named before. */
  readonly apart: readonly string[];
  /** Such a line is said of the test that is named next. */
  readonly before: readonly string[];
  /** Lines that say that what the gate starts is not there. */
  readonly missing: readonly string[];
}

/** How a runner is told to run some test files only; what each key does is said in recipes/gates.yaml. */
export interface FilesRule {
  /**
   * A regular expression that the command begins with; its group `keep`, if it has one, is all that is kept of that.
   */
  readonly start: string;
  /** It starts a script of package.json: its expression's group `script`. */
  readonly script: boolean;
  /** A regular expression of the files that are tests to this runner. */
  readonly files: string;
  readonly values: readonly string[];
  readonly flags: readonly string[];
  readonly drop: readonly string[];
  readonly first: readonly string[];
  readonly argument: readonly string[];
  readonly strip: string | null;
  readonly most: number | null;
  /** What stands before files that follow a script. */
  readonly before: readonly string[];
  /** What runs a script's command as a shell line in its surroundings. */
  readonly exec: readonly string[];
}

/** A tool that gates start: how to see that it could run, and how to get it. */
export interface Tool {
  /** The executable that must be on PATH; null: the first word itself. */
  readonly program: string | null;
  /** Files, one of which must be there (a server's socket); `~/` is the home folder; none: nothing must. */
  readonly files: readonly string[];
  /** Variables, any of which says that it is elsewhere. */
  readonly env: readonly string[];
  readonly install: string | null;
}
