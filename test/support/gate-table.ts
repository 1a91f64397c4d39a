// The gate table that comes with the program, and what it finds in files that are only texts.
import { fileURLToPath } from 'node:url';
import type { GateSpec } from '../../lib/core/gate-rules.ts';
import type { Recipe } from '../../lib/core/recipe.ts';
import { type FoundGates, findGates } from '../../lib/evidence/found-gates.ts';
import { loadRecipe } from '../../lib/recipe/load.ts';
import { executors } from '../../lib/steps/index.ts';
import { readDisk } from '../recipes/load.ts';

const shipped = (name: string) => fileURLToPath(new URL(`../../recipes/${name}.yaml`, import.meta.url));
const loaded = await loadRecipe(shipped('execute'), { executors, read: readDisk, resolveNamed: shipped });
if (!loaded.ok) throw new Error(loaded.failure.what);

export const gateTable: Recipe = loaded.value;

/** The gates of a repository that consists of texts by path; a path that ends in `/` is a folder. */
export function gatesIn(files: Readonly<Record<string, string>>, documents: readonly string[] = []): FoundGates {
  const paths = Object.keys(files);
  const list = (folder: string) => [
    ...new Set(
      paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1).split('/')[0]!),
    ),
  ];
  const names = [...new Set(paths.map((path) => path.split('/')[0]!))];
  return findGates({ names, list, read: (path) => files[path] ?? null }, gateTable, documents);
}

/** A command as one line. */
export const lineOf = ({ run }: GateSpec): string => (typeof run === 'string' ? run : run.join(' '));

/** Gate → its command as one line. */
export const commandsIn = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(gatesIn(files).gates).map(([id, gate]) => [id, lineOf(gate)]));
