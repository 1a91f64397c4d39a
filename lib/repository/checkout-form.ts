// Files of a commit as `git checkout` would write them (line ends, filters), put into a folder of ours.
import { mkdir } from 'node:fs/promises';
import { gitText } from '../system/git.ts';

/**
 * @param repository the git folder whose settings and attributes hold
 * @param tree a tree or commit
 * @param paths which of its files
 * @param folder made; the files lie in it under their own paths
 */
export async function writeCheckoutForm(
  repository: string,
  tree: string,
  paths: readonly string[],
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (paths.length === 0) return;
  const place = { gitDir: repository, workTree: folder, cwd: folder, indexFile: `${folder}.index` };
  const config = ['core.splitIndex=false'];
  await gitText(place, ['read-tree', tree], { config });
  await gitText(place, ['checkout-index', '-z', '--stdin', '--force', '--quiet'], {
    config,
    input: paths.map((path) => `${path}\0`).join(''),
  });
}
