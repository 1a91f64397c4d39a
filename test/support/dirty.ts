// A working tree with changes of the user's of every kind that git knows, and older stashes.
import type { Files, Repo } from './repo.ts';

/** What is committed before. */
export const COMMITTED: Files = {
  '.gitignore': 'ignored/\n*.log\n.env\n',
  'plain.txt': 'one\ntwo\nthree\n',
  'staged.txt': 'staged\n',
  'both.txt': 'both\n',
  'deleted.txt': 'deleted\n',
  'deleted-staged.txt': 'deleted-staged\n',
  'renamed.txt': 'a file that is renamed\nwith lines\n',
  'mode.sh': '#!/bin/sh\n',
  'mode-staged.sh': '#!/bin/sh\n',
  'uncached.txt': 'kept on disk, out of the index\n',
  'binary.bin': new Uint8Array([0, 1, 2, 255, 254]),
  link: { link: 'plain.txt' },
  'becomes-folder': 'a file\n',
  'sub dir/"quoted"\tü\nline': 'odd name\n',
};

export function pushOlderStashes(repo: Repo): void {
  for (const name of ['first', 'second']) {
    repo.write({ 'plain.txt': `${name}\n`, [`${name}-untracked`]: 'x\n' });
    repo.git('stash', 'push', '--quiet', '--include-untracked', '--message', `older ${name}`);
  }
}

/** Makes the changes, ignored files among them. */
export function makeDirty(repo: Repo): void {
  repo.write({
    'staged.txt': 'staged change\n',
    'both.txt': 'both, staged\n',
    'mode-staged.sh': { text: '#!/bin/sh\n', mode: 0o755 },
    'new-staged.txt': 'new\n',
  });
  repo.git('add', 'staged.txt', 'both.txt', 'mode-staged.sh', 'new-staged.txt');
  repo.git('rm', '--quiet', 'deleted-staged.txt');
  repo.git('mv', 'renamed.txt', 'renamed to.txt');
  repo.git('rm', '--quiet', '--cached', 'uncached.txt');
  repo.write({
    'plain.txt': 'one\ntwo changed\nthree\n',
    'both.txt': 'both, staged and edited\n',
    'deleted.txt': null,
    'mode.sh': { text: '#!/bin/sh\n', mode: 0o755 },
    'binary.bin': new Uint8Array([9, 0, 9, 0, 200]),
    link: { link: 'both.txt' },
    'becomes-folder': null,
    'becomes-folder/x/y': 'now a folder\n',
    'sub dir/"quoted"\tü\nline': 'odd name, edited\n',
    'intent.txt': 'intended\n',
    'untracked.txt': 'untracked\n',
    'untracked dir/deep/ünï\ncode': 'untracked\n',
    'untracked dir/private': { text: 'private\n', mode: 0o600 },
    'untracked-link': { link: '/etc/passwd' },
    'ignored/node_modules/x.js': 'ignored\n',
    '.env': 'SECRET=1\n',
    'debug.log': 'ignored\n',
  });
  repo.git('add', '--intent-to-add', 'intent.txt');
}
