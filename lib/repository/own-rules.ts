// Files that git ignores only by rules which the user has not committed, such as an `.env`. When those rules are put aside,
// the files would be anybody's: `git clean` would take them, and a model's work would have them in it. So they go aside
// with the rules. Not so whole folders that are ignored: what was installed or built there is needed to work and to test.
import { basename } from 'node:path';
import { type GitPlace, git, gitRecords } from '../system/git.ts';
import { look, parentsOf } from './disk.ts';
import type { RepositoryFacts } from './inspect.ts';
import type { Changes } from './status.ts';
import { RULES } from './tree-listing.ts';

/**
 * The paths of such files.
 * @param changes what is going to be put aside
 */
export async function ignoredByOwnRules(facts: RepositoryFacts, changes: Changes): Promise<readonly string[]> {
  const own = [...changes.tracked.map(({ path }) => path), ...changes.untracked].filter(
    (path) => basename(path) === RULES,
  );
  if (own.length === 0) return [];
  const place: GitPlace = { gitDir: facts.gitDir, workTree: facts.top, cwd: facts.top };
  const ignored = await gitRecords(place, ['ls-files', '--others', '--ignored', '--exclude-standard', '-z']);
  const paths = new Set(ignored.filter((path) => !path.endsWith('/') && !path.includes('\ufffd')));
  const asked = new Set([...paths].flatMap((path) => [path, ...parentsOf(path)]));
  const rules = await rulesOf(place, [...asked]);
  const committed = new Map(
    await Promise.all(own.map(async (path) => [path, await committedLines(place, facts, path)] as const)),
  );
  const found: string[] = [];
  for (const path of paths) {
    const rule = rules.get(path);
    if (rule === undefined || parentsOf(path).some((parent) => rules.has(parent))) continue;
    if (committed.get(rule.file)?.has(rule.pattern) !== false) continue;
    const { kind } = await look(facts.top, path);
    if (kind === 'file' || kind === 'link') found.push(path);
  }
  return found;
}

/** The rule by which each path is ignored; those that are not are left out. */
async function rulesOf(place: GitPlace, paths: readonly string[]) {
  const command = ['check-ignore', '--verbose', '--no-index', '-z', '--stdin'];
  // its exit code tells whether any of them is ignored
  const { stdout } = await git(place, command, { input: paths.map((path) => `${path}\0`).join('') });
  const fields = stdout.split('\0');
  const rules = new Map<string, { readonly file: string; readonly pattern: string }>();
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [file = '', , pattern = '', path = ''] = fields.slice(i, i + 4);
    if (!pattern.startsWith('!')) rules.set(path, { file, pattern });
  }
  return rules;
}

/** The lines of a file as the last commit has it; none where it has none. */
async function committedLines(place: GitPlace, { base }: RepositoryFacts, path: string): Promise<ReadonlySet<string>> {
  const { code, stdout } = await git(place, ['cat-file', 'blob', `${base}:${path}`]);
  return new Set(code === 0 ? stdout.split(/\r?\n/).map((line) => line.trimEnd()) : []);
}
