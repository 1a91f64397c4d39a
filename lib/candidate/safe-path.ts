// Which paths a tree of ours may hold. It only looks at names, never at a disk.

/** Characters that HFS+ leaves out when it compares names: `.g\u200cit` is `.git` there. */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Whether a repository-relative path stays inside the repository and out of `.git`, in any spelling of it. */
export function isSafePath(path: string): boolean {
  return path !== '' && !path.includes('\0') && path.split('/').every(isSafeName);
}

function isSafeName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false;
  // NTFS drops dots and spaces at the end, and what follows a colon names a stream of the same file.
  const plain = name
    .replace(IGNORED_BY_HFS, '')
    .split(':')[0]!
    .replace(/[. ]+$/, '')
    .toLowerCase();
  return plain !== '.git' && !/^git~\d+$/.test(plain);
}

/** Two paths with the same fold are one file on a disk that ignores case or normalises Unicode. */
export const foldPath = (path: string): string =>
  /^[ -~]*$/.test(path) ? path.toUpperCase() : path.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC');
