// A repository of its own that borrows another one's objects and knows no remote: nothing that happens in it reaches
// the other one. Made by hand, since `git clone` would copy templates and leave a remote.
import { join } from 'node:path';
import { copyIfThere } from '../system/files.ts';
import { gitText } from '../system/git.ts';
import { makeGitDir, type ObjectFormat } from '../system/git-dir.ts';
import type { GitSettings } from '../system/git-settings.ts';

export interface CloneSpec {
  /** An empty folder. */
  readonly path: string;
  /** null: detached. */
  readonly branch: string | null;
  readonly commit: string;
  /** The git dir whose objects are borrowed. */
  readonly from: string;
  /** The git dir and the settings of the working tree whose sparse checkout and file settings are taken over. */
  readonly gitDir: string;
  readonly settings: GitSettings;
  readonly objectFormat: ObjectFormat;
  readonly env: Readonly<Record<string, string>>;
}

/** Settings that decide how files look on disk; taken over, since the clone stands beside the user's tree. */
const TAKEN_OVER =
  /^(core\.(autocrlf|eol|filemode|symlinks|ignorecase|precomposeunicode|longpaths|sparsecheckout|sparsecheckoutcone|abbrev)|user\.(name|email))$/;

export async function makeClone(spec: CloneSpec): Promise<void> {
  const { path, branch, commit, from, gitDir, settings, objectFormat, env } = spec;
  const own = join(path, '.git');
  // Local ones of both levels: what is set for all repositories holds in the clone by itself.
  const taken = settings.all.filter(({ name, local }) => local && TAKEN_OVER.test(name));
  await makeGitDir(own, {
    ...{
      objectFormat,
      head: commit,
      objects: [join(from, 'objects')],
      settings: taken.map(({ name, value }) => [name, value]),
    },
    ...(branch === null ? {} : { branch }),
  });
  for (const [source, name] of [
    [from, 'shallow'],
    [from, 'info/exclude'],
    [from, 'info/attributes'],
    [gitDir, 'info/sparse-checkout'],
  ] as const) {
    await copyIfThere(join(source, name), join(own, name));
  }
  await gitText({ cwd: path, gitDir: own, workTree: path }, ['read-tree', '-m', '-u', 'HEAD'], { env });
}
