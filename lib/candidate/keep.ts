// Holds trees in the store for good. Git writes no object that it can borrow from the user's repository, where a
// model's own commits lie too; those vanish with its branch, so what is borrowed is copied here.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUBMODULE } from '../core/file-mode.ts';
import type { CandidateStore } from './candidate-store.ts';
import { privateBytes } from './private-git.ts';
import { treeDiffWithFolders } from './tree-diff.ts';

/** Holds `tree`, and copies what it has beyond `base`, unless the store has it. */
export async function keepTree(store: CandidateStore, tree: string, base: string = store.baseTree): Promise<void> {
  const differences = await treeDiffWithFolders(store, base, tree);
  const oids = new Set([tree]);
  for (const { after } of differences) if (after !== null && after.mode !== SUBMODULE) oids.add(after.oid);
  const borrowed =
    tree === base
      ? []
      : [...oids].filter((oid) => !existsSync(join(store.dir, 'objects', oid.slice(0, 2), oid.slice(2))));
  await packObjects(store, borrowed.map((oid) => `${oid}\n`).join(''), []);
  await holdTree(store, tree);
}

/** A ref on a tree; written as git writes it, without starting one. */
export async function holdTree(store: Pick<CandidateStore, 'dir'>, tree: string): Promise<void> {
  const folder = join(store.dir, 'refs/mm/tree');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, tree), `${tree}\n`);
}

/**
 * Copies objects into the store.
 * @param wanted a line per object, or per revision with `--revs`
 * @param objects a folder of objects to read from, beside the store and the user's
 */
export async function packObjects(
  store: CandidateStore,
  wanted: string,
  options: readonly string[],
  objects?: string,
): Promise<void> {
  if (wanted === '') return;
  const env = objects === undefined ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
  const pack = join(store.dir, 'objects/pack/pack');
  await privateBytes(store, ['pack-objects', '-q', '--window=0', ...options, pack], { input: wanted, env });
}
