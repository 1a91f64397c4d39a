// The user's pager, for text that is longer than a screen.
import { findOnPath } from './find-on-path.ts';
import { attach } from './process.ts';

/** Shows text in `$PAGER` (a shell line, as everywhere), `less` or `more`, and resolves when it is closed. */
export async function page(text: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const named = env.PAGER?.trim();
  const shell = findOnPath('sh', env);
  const pager =
    named && shell
      ? [shell, '-c', named]
      : [findOnPath('less', env) ?? findOnPath('more', env) ?? findOnPath('cat', env) ?? 'cat'];
  await attach(pager, { ...env, LESS: env.LESS ?? 'FRX' }, text);
}
