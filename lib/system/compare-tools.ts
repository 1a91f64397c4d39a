// What the user compares files with, set up by the user: git's diff in a pager, a difftool, an editor. Finds them, and
// gives them the terminal. The repository's own settings are not asked: a model may have written them.
import { basename, dirname, relative } from 'node:path';
import { attach } from './attach.ts';
import { cleanPath } from './environment.ts';
import { findOwn } from './find-on-path.ts';
import { collect } from './own-command.ts';
import { page, pagerShowsColours } from './pager.ts';

export interface CompareTool {
  /** Its name, as people know it. */
  readonly title: string;
  /**
   * Opens files, the first being what the others came from, and waits until it is closed. Its exit code, null: killed.
   */
  open(files: readonly string[]): Promise<number | null>;
}

/** Editors that show files beside each other when told to. */
const WITH_DIFF: Readonly<Record<string, string>> = { vim: '-d', nvim: '-d', gvim: '-f -d', mvim: '-f -d' };

/**
 * The user's tools, the best for the purpose first: `$MM_DIFFTOOL` (a command that is given all the files) or else
 * git's `diff.tool` (a pair at a time, as git gives them); and `$VISUAL`, `$EDITOR` or git's `core.editor`.
 */
export async function compareTools(given: NodeJS.ProcessEnv): Promise<readonly CompareTool[]> {
  const env = plainEnvironment(given);
  const shell = findOwn('sh');
  const git = findOwn('git');
  const settings = git === null ? new Map<string, string>() : await userSettings(git, env);
  const tools: CompareTool[] = [];

  const own = given.MM_DIFFTOOL?.trim();
  const named = settings.get('diff.tool') ?? settings.get('merge.tool');
  if (own && shell) tools.push(shellTool(shell, own, '', env));
  else if (named && git) tools.push({ title: named, open: (files) => pairs(git, files, env) });

  const editor = editorOf(given, settings);
  if (editor && shell) tools.push(shellTool(shell, editor, WITH_DIFF[nameOf(editor)] ?? '', env));
  return tools.filter(({ title }, index) => tools.findIndex((other) => other.title === title) === index);
}

const editorOf = (given: NodeJS.ProcessEnv, settings: ReadonlyMap<string, string>): string | undefined =>
  given.VISUAL?.trim() || given.EDITOR?.trim() || settings.get('core.editor');

/** The user's editor, for writing; null: none is named. */
export async function userEditor(given: NodeJS.ProcessEnv): Promise<CompareTool | null> {
  const env = plainEnvironment(given);
  const [shell, git] = [findOwn('sh'), findOwn('git')];
  const editor = editorOf(given, git === null ? new Map() : await userSettings(git, env));
  return editor && shell ? shellTool(shell, editor, '', env) : null;
}

/** `code --wait` → `code`. */
const nameOf = (line: string): string => basename(line.split(/\s+/)[0] ?? line);

/** A command of the user's, which is a line of a shell. */
const shellTool = (shell: string, line: string, options: string, env: NodeJS.ProcessEnv): CompareTool => ({
  title: nameOf(line),
  open: (files) => attach([shell, '-c', `${line} ${options} "$@"`, 'sh', ...files], env),
});

/** One difftool after the other, each with the first file and one of the others; ends when one can't be started. */
async function pairs(git: string, files: readonly string[], env: NodeJS.ProcessEnv): Promise<number | null> {
  const [first = '', ...others] = files;
  for (const other of others) {
    const code = await attach([git, 'difftool', '--no-index', '--no-prompt', '--', first, other], env, { cwd: '/' });
    if (code === null || code > 1) return code; // 1: they differ
  }
  return 0;
}

/**
 * Git's own comparison of the first file with each of the others, as the user has set it up, in the user's pager.
 * @param coloured whether the terminal shows colours
 */
export async function showDiff(files: readonly string[], coloured: boolean): Promise<void> {
  const given = process.env;
  const git = findOwn('git') ?? 'git';
  const env = plainEnvironment(given);
  const named = given.GIT_PAGER ?? (await userSettings(git, env)).get('core.pager');
  const colour = coloured && (named !== undefined || pagerShowsColours(given)) ? 'always' : 'never';
  const cwd = dirname(dirname(files[0]!));
  const [first = '', ...others] = files.map((file) => relative(cwd, file));
  let text = '';
  for (const other of others) {
    const { stdout } = await collect(
      [git, 'diff', '--no-index', '--no-prefix', `--color=${colour}`, '--', first, other],
      { cwd, env: { ...env, GIT_CEILING_DIRECTORIES: dirname(cwd) } as Record<string, string>, maxBytes: 2 ** 26 },
    );
    text += Buffer.from(stdout).toString() || `${other} reads the same as ${first}.\n`;
  }
  await page(text, { ...given, PAGER: named ?? given.PAGER });
}

/** What the user and the machine have set for git. */
async function userSettings(git: string, env: NodeJS.ProcessEnv): Promise<Map<string, string>> {
  const { stdout } = await collect(
    [git, 'config', '--null', '--get-regexp', '^(diff\\.tool|merge\\.tool|core\\.(editor|pager))$'],
    { cwd: '/', env: env as Record<string, string>, maxBytes: 2 ** 20 },
  );
  const entries = Buffer.from(stdout).toString().split('\0').filter(Boolean);
  return new Map(
    entries.map((entry): [string, string] => {
      const [key = '', ...value] = entry.split('\n');
      return [key, value.join('\n').trim()];
    }),
  );
}

/**
 * The user's environment without what would lead git to a repository, or a shell to a program in the current folder.
 */
const plainEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|CONFIG)$/.test(name)),
  ),
  PATH: cleanPath(env),
});
