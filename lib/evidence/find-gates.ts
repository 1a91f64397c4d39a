// Finds a repository's quality gates: those that its own documents name, else those that the table's rules
// conclude from its files. Pure: it reads through the callback it is given, and knows no language, tool or file layout
// but package.json's scripts.
import type { GateRule, GateSpec } from '../core/recipe.ts';
import { readGateBlocks } from './gate-block.ts';

/** What may be asked of a repository. */
export interface RepositoryTexts {
  /** Names of the files and folders in its top folder. */
  readonly names: readonly string[];
  /** The text of a repository-relative file; null where there is none. */
  readonly read: (path: string) => string | null;
}

export interface FoundGates {
  /** In the order formatter, linter, types, tests; then the others as they were found. */
  readonly gates: Readonly<Record<string, GateSpec>>;
  /** Gate → the file that names it, or the title of the rule that found it. */
  readonly from: Readonly<Record<string, string>>;
  /** Lines of a gate block that say nothing usable, each with its file and line: to be shown, not swallowed. */
  readonly mistakes: readonly string[];
}

const ORDER = ['formatter', 'linter', 'types', 'tests'];

/** Scripts that change files, never end, or are what `npm init` writes. */
const NOT_A_GATE = /--(fix|write)(?![\w-])|--watch(All)?(?![=\w])|no test specified/;

/**
 * The gates of a repository. A project that names gates names all of them: then no rule is looked at.
 * @param rules first match wins, gate by gate
 * @param documents files in which a project may name its gates itself; the first that names a gate wins it
 */
export function findGates(
  repository: RepositoryTexts,
  rules: readonly GateRule[],
  documents: readonly string[],
): FoundGates {
  const named = readGateBlocks(documents.map((file) => [file, repository.read(file) ?? '']));
  if (Object.keys(named.gates).length > 0) return inOrder(named);
  const scripts = readScripts(repository.read('package.json'));
  const gates: Record<string, GateSpec> = {};
  const from: Record<string, string> = {};
  for (const rule of rules) {
    const offered = Object.entries(rule.gates).filter(([id]) => !Object.hasOwn(gates, id));
    if (offered.length === 0 || !holds(rule, repository, scripts)) continue;
    for (const [id, gate] of offered) {
      gates[id] = gate;
      from[id] = rule.title;
    }
  }
  return inOrder({ gates, from, mistakes: named.mistakes });
}

/** Whether all that the rule asks for is there: scripts first, since that is cheapest and rules most out. */
function holds(rule: GateRule, { names, read }: RepositoryTexts, scripts: ReadonlyMap<string, string>): boolean {
  const isThere = (file: string) => (file.includes('/') ? read(file) !== null : matching(file, names).length > 0);
  return (
    rule.scripts.every((name) => scripts.has(name) && !NOT_A_GATE.test(scripts.get(name) ?? '')) &&
    rule.files.every(isThere) &&
    Object.entries(rule.contains).every(([file, expression]) => {
      const pattern = new RegExp(expression, 'm');
      const files = file.includes('/') ? [file] : matching(file, names);
      return files.some((name) => pattern.test(read(name) ?? ''));
    })
  );
}

/** The names that a pattern means: `*` stands for any characters, `?` for one. */
function matching(pattern: string, names: readonly string[]): readonly string[] {
  if (!/[*?]/.test(pattern)) return names.filter((name) => name === pattern);
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  return names.filter((name) => expression.test(name));
}

/** package.json's scripts by name; none where the file is absent or is not what npm would accept. */
export function readScripts(text: string | null): ReadonlyMap<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse((text ?? 'null').replace(/^\uFEFF/, ''));
  } catch {
    return new Map(); // a broken package.json has no scripts that could be run
  }
  const scripts: unknown = (parsed as { readonly scripts?: unknown } | null)?.scripts;
  if (typeof scripts !== 'object' || scripts === null) return new Map();
  return new Map(Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function inOrder({ gates, from, mistakes }: FoundGates): FoundGates {
  const rank = (id: string) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
  const ids = Object.keys(gates).sort((a, b) => rank(a) - rank(b));
  const pick = <T>(record: Readonly<Record<string, T>>) => Object.fromEntries(ids.map((id) => [id, record[id]!]));
  return { gates: pick(gates), from: pick(from), mistakes };
}
