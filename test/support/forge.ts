// A forge of one repository: a bare remote beside it, and a scripted `gh` that keeps its one pull request in files.
import { join } from 'node:path';
import type { Repo } from './repo.ts';

/**
 * Makes the remote `origin`, with main, and puts `gh` on PATH; `pr.argv` and `pr.md` tell what it made.
 * @returns the remote's folder
 */
export function withForge(repo: Repo): string {
  const remote = join(repo.root, 'remote.git');
  repo.git('init', '--quiet', '--bare', remote);
  repo.git('remote', 'add', 'origin', remote);
  repo.git('push', '--quiet', 'origin', 'main');
  repo.installTool(
    'gh',
    `#!${join(repo.bin, 'bash')}
made="${repo.root}/pr.argv"
for word; do case "$word" in --body-file=*) body=\${word#--body-file=} ;; esac; done
case "$1 $2" in
"pr list") if [ -e "$made" ]; then echo https://forge.test/a/b/pull/7; fi ;;
"pr create")
  printf '%s\\n' "$@" >>"$made"; cp "$body" "${repo.root}/pr.md"
  echo created; echo https://forge.test/a/b/pull/7 ;;
*) exit 9 ;;
esac
`,
  );
  return remote;
}
