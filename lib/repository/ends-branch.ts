// Whether a name would be a branch's last part that is taken: by a session that began in the same second.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from './folder-names.ts';

/** Whether some `<a>/<b>/<name>` is a branch. Looks at loose refs only: git packs none that was made just now. */
export function endsBranch(commonDir: string, name: string): boolean {
  const heads = join(commonDir, 'refs/heads');
  return namesIn(heads)
    .flatMap((first) => namesIn(join(heads, first)).map((second) => join(heads, first, second, name)))
    .some((ref) => existsSync(ref));
}
