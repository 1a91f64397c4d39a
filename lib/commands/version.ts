// `mm --version`.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ok } from '../core/failure.ts';
import { printLines } from '../view/print.ts';

const ROOT = new URL('../../', import.meta.url);

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };
  return version;
}

export async function version() {
  const commit = existsSync(new URL('.git', ROOT)) ? await checkedOut() : packed();
  printLines([`mm ${programVersion()}${commit === '' ? '' : ` (${commit})`}`]);
  return ok(0);
}

/** The commit of this working copy; empty where git can't say it: the version is told all the same. */
async function checkedOut(): Promise<string> {
  const { git } = await import('../system/git.ts');
  const words = ['describe', '--always', '--dirty', '--abbrev=10', '--exclude=*'];
  const said = await git({ cwd: fileURLToPath(ROOT) }, words).catch(() => null);
  return said?.code === 0 ? said.stdout.trim() : '';
}

/** What bundle.mjs has written down for a package; empty: it was made outside a repository. */
function packed(): string {
  const file = new URL('dist/commit', ROOT);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
