// What may be read of a repository's working tree without looking at git: names in folders and texts of files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NOT_THERE = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'ELOOP'];

/** @param top the repository's top folder */
export function repositoryTexts(top: string) {
  return {
    names: readdirSync(top),
    read: (path: string): string | null => ifThere(() => readFileSync(join(top, path), 'utf8'), null),
    list: (folder: string): readonly string[] => ifThere(() => readdirSync(join(top, folder)), []),
  };
}

function ifThere<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    if (NOT_THERE.includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise;
    throw error;
  }
}
