// Where the program under test lies and how it is started here. Knows nothing of repositories or tests.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

const IS_DENO = 'Deno' in globalThis;

/** Absolute path of a command on this process's PATH, or null. */
export function which(command: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder !== '' && existsSync(join(folder, command))) return join(folder, command);
  }
  return null;
}

/** Node's own binary, also when the tests run under another runtime. */
export function nodePath(): string {
  const node = IS_DENO ? which('node') : process.execPath;
  if (node === null) throw new Error('node is not on PATH');
  return node;
}

/** Deno's native binary (not the npm package's wrapper, which would swallow signals). */
export function denoPath(): string {
  if (IS_DENO) return process.execPath;
  const scope = join(PROJECT, 'node_modules/@deno');
  const found = (existsSync(scope) ? readdirSync(scope) : [])
    .map((platform) => join(scope, platform, 'deno'))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error('deno is not installed: npm ci');
  return found;
}

/** Ways to start the program: as installed, as the README says, by Node's type stripping (22.18 or newer), by Deno. */
export type Runtime = 'launch' | 'tsx' | 'node' | 'deno';

/** The runtime that this test run is for: `MM_TEST_RUNTIME`, else the one that runs the tests. */
export function testRuntime(): Runtime {
  const wanted = process.env.MM_TEST_RUNTIME ?? (IS_DENO ? 'deno' : 'launch');
  if (!['launch', 'tsx', 'node', 'deno'].includes(wanted))
    throw new Error(`MM_TEST_RUNTIME=${wanted}: launch, tsx, node or deno`);
  return wanted as Runtime;
}

/** The words that start the program, to be followed by its arguments. */
export function mmCommand(runtime: Runtime = testRuntime(), project: string = PROJECT): readonly [string, ...string[]] {
  const mm = join(project, 'mm.ts');
  switch (runtime) {
    case 'launch':
      return [nodePath(), join(project, 'lib/launch.mjs')];
    case 'tsx':
      return [nodePath(), join(PROJECT, 'node_modules/tsx/dist/cli.mjs'), mm];
    case 'node':
      return [nodePath(), mm];
    case 'deno':
      return [denoPath(), 'run', '-A', mm];
  }
}
