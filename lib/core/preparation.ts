// What a lane's workspace gets beside what git carries. Plain data.
import type { Command } from './shell-word.ts';

/** What a lane's workspace gets beside what git carries. */
export interface Preparation {
  /** Patterns as in .gitignore; null: the table's rules decide. */
  readonly copy: readonly string[] | null;
  readonly link: readonly string[];
  /** Also copy what is ignored and named in `.worktreeinclude`. */
  readonly include: boolean;
  readonly run: readonly Command[];
}

/**
 * A row of the table that says what a lane needs of what git ignores: installed packages, what was built. Names have
 * `*`.
 */
export interface PrepareRule {
  readonly title: string;
  /** Names of ignored files and folders, in whatever folder they lie. */
  readonly copy: readonly string[];
  /** Names, one of which must lie beside what is copied or in a folder above; none: nothing must. */
  readonly beside: readonly string[];
  /** Names, one of which the copied folder must hold; none: nothing must. */
  readonly holds: readonly string[];
  /** What is larger is installed, or left out, where the disk can't share blocks; null: no limit. */
  readonly mostBytes: number | null;
  /** Text files in it that name the user's tree by its path: `name`, or `folder/name`. */
  readonly repoint: readonly string[];
  /**
   * Lock file or manifest → the command that installs what it names, run in its folder; the first that is there counts.
   */
  readonly install: Readonly<Record<string, Command>>;
  /**
   * Lock file or manifest → regular expression for those parts of its text that say what is installed; '': all of it.
   */
  readonly manifests: Readonly<Record<string, string>>;
}
