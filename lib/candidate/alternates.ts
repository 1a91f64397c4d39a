// The file in which a repository names others whose objects it borrows.

/**
 * The text of an `objects/info/alternates`, whatever the absolute paths are made of. Quotes only where they are needed:
 * `git clone` does not understand them.
 */
export function alternates(folders: readonly string[]): string {
  return folders.map((folder) => `${folder.includes('\n') ? quote(folder) : folder}\n`).join('');
}

function quote(path: string): string {
  const escaped = path.replace(/["\\]/g, '\\$&').replace(/[\x00-\x1f\x7f]/g, (character) => {
    return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return `"${escaped}"`;
}
