// What lies in folders of the git folder, by name. Anybody may have been at work there: what can't be listed holds
// nothing.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Sorted; none where there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // no such folder
  }
}

/** Paths of what is no folder itself, in it and in the folders below; links are not followed. */
export function filesBelow(folder: string): readonly string[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ? filesBelow(path) : [path];
  });
}
