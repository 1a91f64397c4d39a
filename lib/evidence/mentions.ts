// Which of some repository paths a text names: stack traces, "FAIL test/foo.test.js", "foo.py:12", "Foo.java:7".
// Linear in the text, whatever the number of paths.
import { groupBy } from '../core/group-by.ts';

/**
 * Makes a finder of paths in free text. A path counts as named by itself, by a longer (absolute) path that ends in it,
 * by an ending of it with at least one folder, or by its file name alone where no other path has that name.
 */
export function mentionsOf(paths: readonly string[]): (text: string) => string[] {
  const byName = groupBy(paths, baseName);
  return (text) => {
    const found = new Set<string>();
    for (const [token] of text.matchAll(/[\w@.+~/\\-]{1,1000}/g)) {
      if (!token.includes('.') && !token.includes('/')) continue;
      const written = token.replaceAll('\\', '/').replace(/[.:]+$/, '');
      const named = byName.get(baseName(written));
      if (!named) continue;
      const whole = `/${written.replace(/^(?:\.{0,2}\/)+/, '')}`;
      for (const path of named) {
        const sure = whole.endsWith(`/${path}`) || (whole.lastIndexOf('/') > 0 && `/${path}`.endsWith(whole));
        if (sure || (named.length === 1 && !written.includes('/'))) found.add(path);
      }
    }
    return [...found];
  };
}

/** The part of a path after its last `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The part before it; '' in the top folder. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
