// What git is set to, in whichever file it is said: read once for everything that asks.
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { GitError, type GitPlace, git } from './git.ts';

interface Setting {
  /** Names in lower case, but for what stands between the first and the last dot. */
  readonly name: string;
  readonly value: string;
  /** Whether it is the repository's own, or this working tree's. */
  readonly local: boolean;
  /** Absolute path of the file that says it. */
  readonly file: string | null;
}

/** All settings in git's order: a later one wins. */
export class GitSettings {
  readonly all: readonly Setting[];

  constructor(all: readonly Setting[]) {
    this.all = all;
  }

  /** The value that holds. */
  get(name: string): string | undefined {
    return this.all.findLast((setting) => setting.name === name)?.value;
  }
}

/** Settings that are paths, which may begin with somebody's home. */
const PATHS = new Set(['core.attributesfile', 'core.excludesfile', 'core.hookspath', 'core.worktree']);

/** What holds in a working tree, without what we tell each git. @throws GitError when a file of settings is broken */
export async function readSettings(cwd: string): Promise<GitSettings> {
  const listing = ['config', '--list', '-z', '--includes', '--show-scope', '--show-origin'];
  const output = await git({ cwd }, listing);
  if (output.code !== 0) throw new GitError(listing, output);
  const records = output.stdout.split('\0');
  const all: Setting[] = [];
  for (let at = 0; at + 2 < records.length; at += 3) {
    const [scope = '', origin = '', [name, value]] = [records[at], records[at + 1], settingOf(records[at + 2]!)];
    if (scope === 'command') continue;
    all.push({
      name,
      value: PATHS.has(name) ? await expanded({ cwd }, value) : value,
      local: scope === 'local' || scope === 'worktree',
      file: origin.startsWith('file:') ? resolve(cwd, origin.slice('file:'.length)) : null,
    });
  }
  return new GitSettings(all);
}

/** A path with the home that it begins with. Only git knows another user's, and where it is installed itself. */
async function expanded(place: GitPlace, path: string): Promise<string> {
  if (path === '' || isAbsolute(path) || !/^(~|%\(prefix\))/.test(path)) return path;
  if (path.startsWith('~/')) return `${process.env.HOME ?? homedir()}${path.slice(1)}`;
  const asked = ['config', '--type=path', '--get', 'mm.path'];
  return (await git(place, asked, { config: [`mm.path=${path}`] })).stdout.replace(/\n$/, '') || path;
}

/**
 * What `git config -z` lists: a name, a line end and the value, each ended by a NUL; a name without a value means true.
 */
export const settingsOf = (listing: string): (readonly [name: string, value: string])[] =>
  listing
    .split('\0')
    .filter((entry) => entry !== '')
    .map(settingOf);

function settingOf(entry: string): readonly [name: string, value: string] {
  const at = entry.indexOf('\n');
  return at < 0 ? [entry, 'true'] : [entry.slice(0, at), entry.slice(at + 1)];
}

/** A URL as the settings `url.<base>.insteadOf` make it: the longest one that fits. */
export function rewritten(url: string, { all }: GitSettings): string {
  const fitting = all
    .map(({ name, value }) => ({ base: /^url\.(.*)\.insteadof$/s.exec(name)?.[1], value }))
    .filter(({ base, value }) => base !== undefined && url.startsWith(value))
    .sort((a, b) => b.value.length - a.value.length)[0];
  return fitting ? `${fitting.base}${url.slice(fitting.value.length)}` : url;
}

export const isYes = (value = ''): boolean => /^(true|yes|on|1)$/i.test(value);
export const isNo = (value = ''): boolean => /^(false|no|off|0)$/i.test(value);
