// What stands in the way of putting files into a working tree: things that no step of the same plan takes away.
// Only looks.
import { readdir } from 'node:fs/promises';
import { type Found, parentsOf, under } from './disk.ts';

export interface Placement {
  readonly path: string;
  readonly found: Found;
  /** Whether something shall be there afterwards. */
  readonly stays: boolean;
}

/** Paths of `placements` that can't be put in place, with what is in the way. */
export async function findObstacles(
  top: string,
  placements: readonly Placement[],
): Promise<ReadonlyMap<string, string>> {
  const going = new Set(placements.filter((each) => !each.stays).map((each) => each.path));
  const obstacles = new Map<string, string>();
  for (const { path, found, stays } of placements) {
    if (found.kind === 'special') obstacles.set(path, path);
    else if (found.kind === 'behind' && !going.has(found.parent)) obstacles.set(path, found.parent);
    else if (found.kind === 'folder' && stays) {
      const rest = await firstOther(top, path, going);
      if (rest !== null) obstacles.set(path, rest);
    }
  }
  for (const { path, stays } of placements) {
    // A parent that can't be taken away is in the way of everything below it.
    const blocked = stays ? parentsOf(path).find((parent) => obstacles.has(parent)) : undefined;
    if (blocked !== undefined && !obstacles.has(path)) obstacles.set(path, blocked);
  }
  return obstacles;
}

/** The first thing in a folder, at any depth, that is neither a folder nor going away. */
async function firstOther(top: string, folder: string, going: ReadonlySet<string>): Promise<string | null> {
  for (const entry of await readdir(under(top, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    const other = entry.isDirectory() ? await firstOther(top, path, going) : going.has(path) ? null : path;
    if (other !== null) return other;
  }
  return null;
}
