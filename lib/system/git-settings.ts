// What git is set to, in whichever file it is said.
import { type GitPlace, git } from './git.ts';

/** Values by name, names in lower case. */
export type GitSettings = ReadonlyMap<string, string>;

/** @param pattern an extended regular expression on names; `~` in their values is filled in as in a path */
export async function gitSettings(place: GitPlace, pattern: string): Promise<GitSettings> {
  const { stdout } = await git(place, ['config', '-z', '--includes', '--type=path', '--get-regexp', pattern]);
  return new Map(settingsOf(stdout).map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * What `git config -z` lists: a name, a line end and the value, each ended by a NUL; a name without a value means true.
 */
export function settingsOf(listing: string): (readonly [name: string, value: string])[] {
  const entries = listing.split('\0').filter((entry) => entry !== '');
  return entries.map((entry) => {
    const at = entry.indexOf('\n');
    return at < 0 ? [entry, 'true'] : [entry.slice(0, at), entry.slice(at + 1)];
  });
}

export const isYes = (value = ''): boolean => /^(true|yes|on|1)$/i.test(value);
export const isNo = (value = ''): boolean => /^(false|no|off|0)$/i.test(value);
