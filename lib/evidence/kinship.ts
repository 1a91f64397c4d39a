// Which of several files of one name is meant: the one whose folders are most alike.

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** How many leading and trailing folders two paths share; more is nearer. */
export function kinship(a: string, b: string): number {
  const [left, right] = [folderOf(a).split('/'), folderOf(b).split('/')];
  return left.filter((part) => right.includes(part)).length - Math.abs(left.length - right.length) / 10;
}
