// Finds our modules put together in one script (dist/, written by bundle.mjs when the program is installed): Node loads
// that in a fraction of the time. It is used only while it says the same as the sources; else the sources are.
// Plain JavaScript, since it runs before TypeScript can be loaded. Looks only; starts and writes nothing.
import { lstatSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const root = new URL('../', import.meta.url);
const dist = new URL('dist/', root);

/** @returns {typeof import('./cli.ts') | null} what the script exports; null: there is none that can be trusted */
export function bundledScript() {
  if (!isFresh()) return null;
  const filename = fileURLToPath(new URL('cli.cjs', dist));
  const source = bytesOf(filename)?.toString('utf8');
  if (source === undefined) return null;
  const cachedData = bytesOf(`${filename}.cache`);
  return run(new Script(source, { filename, ...(cachedData && { cachedData }) }), filename);
}

/**
 * Runs the script, whose wrapper bundle.mjs writes.
 * @param {Script} script
 * @param {string} filename where it lies, or will
 * @returns {typeof import('./cli.ts')}
 */
export function run(script, filename) {
  const module = { exports: /** @type {any} */ ({}) };
  // as a dependency asks for packages: see own-packages.mjs
  const require = createRequire(new URL('node_modules/own', root));
  const importPackage = (/** @type {string} */ name) => import(name); // a script has no `import` of its own
  script.runInThisContext()(module.exports, require, module, filename, importPackage);
  return module.exports;
}

/** Whether dist/ was made of the sources as they are. */
function isFresh() {
  try {
    /** @type {Record<string, [size: number, changed: number]>} */
    const sources = JSON.parse(readFileSync(new URL('sources.json', dist), 'utf8'));
    // An installed package is not edited, and unpacking it has given its files other times.
    if (root.pathname.includes('/node_modules/')) return true;
    return Object.entries(sources).every(([path, [size, changed]]) => {
      const now = lstatSync(new URL(path, root));
      return now.size === size && now.mtimeMs === changed;
    });
  } catch {
    return false; // never built, or something it was made of is gone: the sources are always there
  }
}

/** @param {string} file */
function bytesOf(file) {
  try {
    return readFileSync(file);
  } catch {
    return null; // dist/ of an earlier version
  }
}
