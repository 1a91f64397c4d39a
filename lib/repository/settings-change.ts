// Which keys of a settings file of git's were changed, and whether the user's own tools set such keys without a harm.
import { git } from '../system/git.ts';
import { settingsOf } from '../system/git-settings.ts';
import type { KeptFile } from './fingerprint.ts';
import { type HooksPlace, isAskedFor } from './hooks-path.ts';

export interface KeyChange {
  /** As git lists it: section and name in lower case. */
  readonly key: string;
  /** All its values, null: it was not or is not there. */
  readonly before: string | null;
  readonly now: string | null;
}

/** Every key whose values differ; null: not a file that git reads. */
export async function changedKeys(
  before: KeptFile | undefined,
  now: KeptFile | undefined,
): Promise<readonly KeyChange[] | null> {
  if (now !== undefined && (now.link !== null || now.data === null)) return null;
  if (before && now && before.perm !== now.perm) return null;
  const [old, fresh] = [await keysOf(before), await keysOf(now)];
  if (old === null || fresh === null) return null;
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((key) => ({ key, before: old.get(key) ?? null, now: fresh.get(key) ?? null }))
    .filter((change) => change.before !== change.now);
}

async function keysOf(file: KeptFile | undefined): Promise<ReadonlyMap<string, string> | null> {
  const keys = new Map<string, string>();
  if (file === undefined) return keys;
  const input = Buffer.from(file.data ?? '', 'base64');
  const listed = await git({ cwd: '/' }, ['config', '--file', '-', '--list', '-z'], { input });
  if (listed.code !== 0) return null;
  for (const [key, value] of settingsOf(listed.stdout))
    keys.set(key, keys.has(key) ? `${keys.get(key)}\n${value}` : value);
  return keys;
}

/**
 * Keys that tools of the user's add, by what they may hold. None of them runs a program, makes a push or a fetch go
 * elsewhere, or lets git forget anything; whatever else is set counts as harm.
 */
const ADDED: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/^branch\..+\.merge$/, /^refs\/heads\/[^\n]+$/], // git push -u, git branch --track
  [/^branch\..+\.rebase$/, /^(true|false|merges|interactive)$/],
  [/^branch\..+\.(description|vscode-merge-base|github-pr-[a-z-]+|gh-merge-base|base)$/, /^[^\0]*$/],
  [/^maintenance\.(auto|strategy)$/, /^[a-z]+$/], // git maintenance start
  [/^(extensions\.worktreeconfig|core\.sparsecheckout(cone)?)$/, /^(true|false)$/], // git sparse-checkout
  [/^lfs\.repositoryformatversion$/, /^\d+$/],
  [/^lfs\..+\.(locksverify|access)$/, /^(true|false|basic|none)$/],
  [/^submodule\..+\.active$/, /^(true|false)$/],
];

/** Whether a key was only added, as tools of the user's and the project's add it. */
export async function isUsual(change: KeyChange, remotes: ReadonlySet<string>, place: HooksPlace): Promise<boolean> {
  const { key, before, now } = change;
  if (key === 'core.repositoryformatversion') return /^[01]$/.test(now ?? ''); // with extensions.worktreeconfig
  if (before !== null || now === null) return false;
  if (key === 'core.hookspath') return isAskedFor(now, place);
  if (/^branch\..+\.(remote|pushremote)$/.test(key)) return now === '.' || remotes.has(now);
  return ADDED.some(([name, value]) => name.test(key) && value.test(now));
}
