// A git folder that knows a working tree as it was at a given moment: its settings, attributes and ignore rules are
// copies, its objects and index the real ones. What a model later writes into the repository's config, or the user's,
// can't make our git run it. Only files and ignore rules are asked through it, never refs.
import { copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { copyIfThere, exists } from '../system/files.ts';
import { type GitOptions, type GitPlace, NO_USER_CONFIG } from '../system/git.ts';
import { makeGitDir } from '../system/git-dir.ts';
import type { GitSettings } from '../system/git-settings.ts';

export interface WorkingTree {
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly base: string;
}

/** A working tree whose settings are known. */
interface KnownWorkingTree extends WorkingTree {
  readonly settings: GitSettings;
}

export interface FrozenGit {
  readonly place: GitPlace;
  readonly options: GitOptions;
}

/** Settings that decide how files are written, compared and ignored. */
const KEPT = new RegExp(
  `^(core\\.(${[
    ...['autocrlf', 'eol', 'safecrlf', 'symlinks', 'filemode', 'ignorecase', 'precomposeunicode'],
    ...['protecthfs', 'protectntfs', 'checkroundtripencoding', 'bigfilethreshold'],
    ...['sparsecheckout', 'sparsecheckoutcone'],
  ].join('|')})|extensions\\.(objectformat|partialclone)|(filter|lfs|remote|url)\\..*)$`,
);

/** Stat information is to be believed only as far as it goes, whatever the user's settings make of it for speed. */
const CAREFUL = [
  'core.trustctime=true',
  'core.checkStat=default',
  'core.splitIndex=false',
  'core.untrackedCache=false',
  'index.sparse=false',
  // What a sparse checkout leaves out stays marked so, though a file lies there: a file of the user's is kept by
  // itself, and git must not want to write the last commit's, whose content a partial clone need not have.
  'sparse.expectFilesOutsideOfPatterns=true',
];

/** Makes the frozen git folder of a working tree in `dir`, which is made too. */
export async function makeFrozenGit(of: KnownWorkingTree, dir: string): Promise<void> {
  const { settings } = of;
  await makeGitDir(dir, {
    objectFormat: settings.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    head: of.base,
  });
  const usual = process.env.XDG_CONFIG_HOME || join(process.env.HOME ?? homedir(), '.config');
  await copyIfThere(settings.get('core.attributesfile') ?? join(usual, 'git/attributes'), join(dir, 'attributes'));
  await copyIfThere(settings.get('core.excludesfile') ?? join(usual, 'git/ignore'), join(dir, 'ignore'));
  for (const name of ['attributes', 'exclude'])
    await copyIfThere(join(of.commonDir, 'info', name), join(dir, 'info', name));
  await copyIfThere(join(of.gitDir, 'info/sparse-checkout'), join(dir, 'info/sparse-checkout'));
  for (const name of await readdir(of.gitDir))
    if (name.startsWith('sharedindex.')) await copyFile(join(of.gitDir, name), join(dir, name));
  if (await exists(join(of.commonDir, 'lfs'))) await symlink(join(of.commonDir, 'lfs'), join(dir, 'lfs'));

  const kept = settings.all
    .filter(({ name }) => KEPT.test(name) && !name.includes('='))
    .map(({ name, value }) => `${name}=${value}`);
  const own = [`core.attributesFile=${join(dir, 'attributes')}`, `core.excludesFile=${join(dir, 'ignore')}`];
  await writeFile(join(dir, 'settings.json'), JSON.stringify([...kept, ...CAREFUL, ...own]));
}

/** How to run git through what `makeFrozenGit` made. */
export async function openFrozenGit(of: WorkingTree, dir: string): Promise<FrozenGit> {
  return {
    place: { gitDir: dir, workTree: of.top, cwd: of.top, indexFile: join(of.gitDir, 'index') },
    options: {
      env: { ...NO_USER_CONFIG, GIT_OBJECT_DIRECTORY: join(of.commonDir, 'objects') },
      config: JSON.parse(await readFile(join(dir, 'settings.json'), 'utf8')) as string[],
    },
  };
}
