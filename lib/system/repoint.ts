// Values of an environment that point into one folder, pointing to the same places in another: a command that runs in a
// copy of a project must not be sent back to the original by VIRTUAL_ENV, PATH, PYTHONPATH or any other variable.
import { realpathSync } from 'node:fs';

/** What may stand before a path in a value: nothing, a separator, an option such as -I or -L, or `file://`. */
const BEFORE = String.raw`(?<=^|[\s:;,=("'@]|(?:^|\s)-[A-Za-z]|file:\/\/)`;
/** And after it: a path that merely begins alike (`/a/repo2`) is another one. */
const AFTER = String.raw`(?=$|[/\s:;,)"'])`;

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/**
 * @param from the ways in which the original folder is written: absolute, without a slash at the end
 * @param to the folder that stands for it
 */
export function repointed(
  env: Readonly<Record<string, string>>,
  from: readonly string[],
  to: string,
): Record<string, string> {
  const written = [...new Set(from)].filter((path) => path !== '' && path !== '/' && path !== to);
  if (written.length === 0) return { ...env };
  const pattern = new RegExp(`${BEFORE}(?:${written.map(literally).join('|')})${AFTER}`, 'g');
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace(pattern, () => to)]));
}

/** The names of the variables that point into the folder. */
export function pointingInto(env: Readonly<Record<string, string>>, from: readonly string[]): readonly string[] {
  const moved = repointed(env, from, '/\0');
  return Object.keys(env).filter((name) => moved[name] !== env[name]);
}

/** Found once for an environment: it does not change while a run goes on. */
const known = new WeakMap<object, Map<string, readonly string[]>>();

/**
 * How a folder is written in an environment: as it really is, and by way of links, as a shell has it that came there
 * so.
 * @param folder absolute, without links
 */
export function spellingsOf(folder: string, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const before = known.get(env) ?? new Map<string, readonly string[]>();
  known.set(env, before);
  const found = before.get(folder) ?? [...new Set([folder, ...spelledIn(folder, Object.values(env))])];
  before.set(folder, found);
  return found;
}

function spelledIn(folder: string, values: readonly (string | undefined)[]): readonly string[] {
  const paths = new Set(values.flatMap((value) => (value ?? '').split(':').filter((entry) => entry.startsWith('/'))));
  return [...paths].flatMap((path) => {
    const real = realPath(path.replace(/\/+$/, ''));
    if (real !== folder && !real?.startsWith(`${folder}/`)) return [];
    const below = real.slice(folder.length);
    return path.endsWith(below) ? [path.slice(0, path.length - below.length)] : [];
  });
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null; // it is not there: nobody is sent there
  }
}
