// A copied folder that names the tree it was copied from (an editable install, an absolute link, a script's first line)
// would lead its commands back there. Finds such places, and lets them name the workspace. Never writes into the user's
// tree.
import { lstat, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { matcher } from '../system/environment.ts';
import { codeOf } from '../system/file-failure.ts';
import { isInside } from '../system/files.ts';

/** A place that names the tree: a text file, or a link with what it says. */
export interface Named {
  /** From the tree's top. */
  readonly path: string;
  /** null: a text file. */
  readonly link: string | null;
}

/** No text file that names a folder is larger. */
const LARGEST = 2 ** 20;

/**
 * The places below `path` that name the tree at `top`, and relative links that leave it.
 * @param files which text files are looked into: `name`, or `folder/name`, with `*`
 */
export async function findNamed(top: string, path: string, files: readonly string[]): Promise<readonly Named[]> {
  const found: Named[] = [];
  const wanted = matcher(files);
  const spellings = asBytes(top, top).map(([from]) => Buffer.from(from, 'latin1'));
  const look = async (at: string): Promise<void> => {
    const whole = join(top, at);
    const entry = await lstat(whole);
    if (entry.isDirectory()) {
      for (const inner of await readdir(whole, { withFileTypes: true })) {
        const below = `${at}/${inner.name}`;
        if (inner.isDirectory() || inner.isSymbolicLink() || isWanted(below)) await there(below);
      }
    } else if (entry.isSymbolicLink()) {
      const link = await readlink(whole);
      const leads = isAbsolute(link) ? link : resolve(dirname(whole), link);
      if (isInside(top, leads) === isAbsolute(link)) found.push({ path: at, link });
    } else if (entry.isFile() && entry.size <= LARGEST && isWanted(at)) {
      const bytes = await readFile(whole);
      if (!bytes.includes(0) && spellings.some((spelling) => bytes.includes(spelling)))
        found.push({ path: at, link: null });
    }
  };
  const isWanted = (at: string): boolean => {
    const parts = at.split('/');
    return wanted(parts.at(-1)!) || wanted(parts.slice(-2).join('/'));
  };
  // what goes away meanwhile, or can't be read, is not copied either
  const there = (at: string): Promise<void> =>
    look(at).catch((error) => {
      if (codeOf(error) === null) throw error;
    });
  await there(path);
  return found;
}

/** Lets the copies of such places in a workspace name the workspace; a link that leaves the tree leads where it led. */
export async function repoint(top: string, workspace: string, named: readonly Named[]): Promise<void> {
  for (const { path, link } of named) {
    const whole = join(workspace, path);
    if (link !== null) {
      const to = isAbsolute(link) ? workspace + link.slice(top.length) : resolve(dirname(join(top, path)), link);
      await rm(whole, { force: true });
      await symlink(to, whole);
      continue;
    }
    const { mode } = await lstat(whole);
    const text = (await readFile(whole)).toString('latin1');
    // a file of its own: it may be a hard link
    await rm(whole);
    await writeFile(whole, Buffer.from(renamed(text, top, workspace), 'latin1'), { mode: mode & 0o7777, flag: 'wx' });
  }
}

/**
 * A text (bytes as latin1) in which every path in the folder `from` is one in `to`. A longer name is another folder's.
 */
export function renamed(text: string, from: string, to: string): string {
  return asBytes(from, to).reduce((before, [old, now]) => {
    const literal = old.replace(/[\\^$.|?+()[\]{}*]/g, '\\$&');
    return before.replace(new RegExp(`(?<![\\w.\\x80-\\xff-])${literal}(?![\\w\\x80-\\xff-]|\\.\\w)`, 'g'), () => now);
  }, text);
}

/** A path as it stands in text files, and as it stands in addresses. */
function asBytes(from: string, to: string): readonly (readonly [string, string])[] {
  const bytes = (path: string) => Buffer.from(path).toString('latin1');
  const plain = [bytes(from), bytes(to)] as const;
  const address = [encodeURI(from), encodeURI(to)] as const;
  return address[0] === plain[0] ? [plain] : [plain, address];
}
