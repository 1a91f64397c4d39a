// Whether a rule of the gate table holds in a repository: which files are there, and what they say.
import type { GateRule } from '../core/gate-rules.ts';
import { readCommands } from './own-commands/read-commands.ts';

/** What may be asked of a repository. */
export interface RepositoryTexts {
  /** Names of the files and folders in its top folder. */
  readonly names: readonly string[];
  /** The text of a repository-relative file; null where there is none. */
  readonly read: (path: string) => string | null;
  /** Names of what is in a folder of it; none where there is no such folder. */
  readonly list: (folder: string) => readonly string[];
}

/** What the groups of a rule's expressions matched; null where the rule does not hold. */
export function holds(rule: GateRule, repository: RepositoryTexts): readonly string[] | null {
  const isThere = (file: string) => matching(file, repository).length > 0;
  const scripts = rule.scripts.length === 0 ? null : readScripts(repository.read('package.json'));
  if (!rule.scripts.every((name) => scripts?.has(name))) return null;
  if (!rule.files.every(isThere) || rule.without.some(isThere)) return null;
  if (rule.commands !== null && !isThere(rule.commands.file)) return null;
  const found = (file: string, expression: string) => {
    const pattern = new RegExp(expression, 'm');
    for (const name of matching(file, repository)) {
      const match = pattern.exec(repository.read(name) ?? '');
      if (match !== null) return match.slice(1);
    }
    return null;
  };
  if (Object.entries(rule.lacks).some(([file, expression]) => found(file, expression) !== null)) return null;
  const matches = Object.entries(rule.contains).map(([file, expression]) => found(file, expression));
  return matches.includes(null) ? null : matches.flatMap((match) => match ?? []);
}

/** The files that a pattern means: `*` stands for any characters but `/`, `?` for one. */
export function matching(pattern: string, { names, read, list }: RepositoryTexts): readonly string[] {
  const slash = pattern.lastIndexOf('/');
  const folder = pattern.slice(0, slash + 1);
  const last = pattern.slice(slash + 1);
  if (!/[*?]/.test(last)) {
    const isThere =
      slash < 0 ? names.includes(pattern) : read(pattern) !== null || list(folder.slice(0, -1)).includes(last);
    return isThere ? [pattern] : [];
  }
  const source = last
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  const there = slash < 0 ? names : list(folder.slice(0, -1));
  return there.filter((name) => expression.test(name)).map((name) => `${folder}${name}`);
}

/** package.json's scripts by name; none where the file is absent or is not what npm would accept. */
export function readScripts(text: string | null): ReadonlyMap<string, string> {
  const commands = readCommands('package.json', text ?? '');
  return new Map([...commands].map(([name, command]) => [name, command.lines[0] ?? '']));
}
