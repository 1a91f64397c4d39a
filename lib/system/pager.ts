// The user's pager, for text that is longer than a screen.

import { attach } from './attach.ts';
import { cleanPath } from './environment.ts';
import { findOwn } from './find-on-path.ts';

/** Whether colours survive the pager: `less` shows them when it is told to, of others it can't be known. */
export function pagerShowsColours(env: NodeJS.ProcessEnv = process.env): boolean {
  const named = env.PAGER?.trim();
  const isLess = named ? /^(\S*\/)?less(\s|$)/.test(named) : findOwn('less') !== null;
  return isLess && (env.LESS === undefined || /R/.test(env.LESS) || /\s-\w*R/.test(named ?? ''));
}

/**
 * Shows text in `$PAGER` (a shell line, as everywhere), `less` or `more`, and resolves when it is closed.
 * @param options.atEnd its end first, where it is `less`; then it stays, too, until a key closes it
 */
export async function page(
  text: string,
  env: NodeJS.ProcessEnv = process.env,
  { atEnd = false }: { readonly atEnd?: boolean } = {},
): Promise<void> {
  const named = env.PAGER?.trim();
  const shell = findOwn('sh');
  const pager =
    named && shell ? [shell, '-c', named] : [findOwn('less') ?? findOwn('more') ?? findOwn('cat') ?? '/bin/cat'];
  // colours are kept, a text of less than a screen needs no key, and what was looked at stays on the screen;
  // a look at the end is one in passing: it leaves nothing behind
  await attach(
    pager,
    { ...env, PATH: cleanPath(env), LESS: atEnd ? `${env.LESS ?? 'R~'} +G` : (env.LESS ?? 'FRX') },
    { input: text },
  );
}
