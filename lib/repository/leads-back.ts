// What would lead a workspace's commands back into the user's tree although nobody changed a variable: seen without
// running anything. Reads names and small text files only; what it does not see, the canary of a run may.
import { readdir, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '../system/file-failure.ts';
import { isInside, readText } from '../system/files.ts';
import { GitError, gitRecords } from '../system/git.ts';

/** Files of an environment that add folders to where packages are looked for. */
const ADDS_FOLDERS = /\.pth$|^__editable__.*\.py$|\.egg-link$/;

/** No such file is larger. */
const LARGEST = 2 ** 20;

/**
 * Places, each with what it is, in words for people.
 * @param environments folders of Python's environments that are active here, such as $VIRTUAL_ENV
 */
export async function leadsBack(
  { top, gitDir }: { readonly top: string; readonly gitDir: string },
  environments: readonly string[],
): Promise<readonly string[]> {
  const outside = environments.filter((folder) => !isInside(top, folder));
  const found = await Promise.all([
    namesTree(top, gitDir),
    ...outside.map((folder) => editable(top, folder)),
    linked(top, join(top, 'node_modules')),
  ]);
  return found.flat();
}

/** Tracked files that name the tree by its absolute path. */
async function namesTree(top: string, gitDir: string): Promise<readonly string[]> {
  try {
    const place = { gitDir, workTree: top, cwd: top };
    const files = await gitRecords(place, ['grep', '-I', '-l', '-z', '-F', '-e', top]);
    return files.map((path) => `${path} names this tree by its absolute path`);
  } catch (error) {
    if (error instanceof GitError) return []; // it ends with 1 where there is none
    throw error;
  }
}

/** Packages that an environment elsewhere has installed as links into the tree. */
async function editable(top: string, environment: string): Promise<readonly string[]> {
  const lib = join(environment, 'lib');
  const versions = (await namesOf(lib)).filter((name) => name.startsWith('python'));
  const found: string[] = [];
  for (const version of versions) {
    const folder = join(lib, version, 'site-packages');
    for (const name of (await namesOf(folder)).filter((each) => ADDS_FOLDERS.test(each))) {
      const text = (await readText(join(folder, name), LARGEST)) ?? '';
      if (text.includes(top)) found.push(`${join(folder, name)} installs this tree itself`);
    }
  }
  return found;
}

/** Links among installed packages that leave the repository and come back to it, as `npm link` makes them. */
async function linked(top: string, modules: string): Promise<readonly string[]> {
  const found: string[] = [];
  const look = async (folder: string): Promise<void> => {
    for (const name of await namesOf(folder)) {
      const path = join(folder, name);
      if (name.startsWith('@') && basename(folder) === 'node_modules') await look(path);
      const link = await orNull(readlink(path));
      if (link === null || isInside(top, resolve(dirname(path), link))) continue;
      const leads = await orNull(realpath(path));
      if (leads !== null && isInside(top, leads))
        found.push(`${path.slice(top.length + 1)} leads out of the repository and back into this tree`);
    }
  };
  await look(modules);
  return found;
}

const namesOf = async (folder: string): Promise<readonly string[]> => (await orNull(readdir(folder))) ?? [];

/** What is not there, or can't be looked at, leads nowhere. */
const orNull = <T>(asked: Promise<T>): Promise<T | null> =>
  asked.catch((error) => {
    if (codeOf(error) === null) throw error;
    return null;
  });
