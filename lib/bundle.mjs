// Puts our modules together in dist/ (see bundled.mjs), with the packages that every run needs: run by npm after
// `npm ci` and before packing. Packages that are imported when they are needed stay outside.
// A working copy does not depend on it: without dist/, or once a source changed, the program runs from its sources,
// only slower. A package does: what loads the sources is not installed with it.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { run } from './bundled.mjs';
import { LANGUAGES } from './view/report/page/language.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/**
 * A file's own URL stays what it was: paths beside it are found from there.
 * @type {import('esbuild').Plugin}
 */
const fitting = {
  name: 'fitting',
  setup(build) {
    build.onLoad({ filter: /\.(ts|js)$/ }, ({ path }) => {
      if (!path.startsWith(join(root, 'lib', sep))) return undefined;
      const url = `new URL(${JSON.stringify(relative(dist, path))}, ownUrl).href`;
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', url)
        .replaceAll(/\bimport\((?='[a-z@])/g, 'importPackage(');
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/** What the script calls its own URL. */
const OWN_URL = "const ownUrl = require('node:url').pathToFileURL(__filename).href;";

/**
 * The same script: a single character that Latin-1 has not would make V8 keep all of it in two bytes a character. What
 * is left of them stands in regular expressions, templates and comments, which take escapes too.
 * @param {string} script
 */
const inLatin1 = (script) =>
  script.replaceAll(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * What this Node makes of the script once it has looked at a recipe, which every run begins with: another Node does
 * without.
 * @param {string} file
 */
async function compiled(file) {
  const filename = join(dist, 'cli.cjs');
  const script = new Script(readFileSync(file, 'utf8'), { filename });
  const { main } = run(script, filename);
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    await main(['check', 'execute', '--json']);
  } finally {
    process.stdout.write = write;
  }
  return script.createCachedData();
}

/** The commit that this is, for what is installed without its repository (see commands/version.ts); '': not known. */
function commit() {
  if (!existsSync(join(root, '.git'))) return '';
  const words = ['describe', '--always', '--dirty', '--abbrev=10', '--exclude=*'];
  try {
    return execFileSync('git', ['--no-optional-locks', '-C', root, ...words], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return ''; // no git here, or one that does not trust this folder: the version alone says enough
  }
}

/**
 * What reports use of highlight.js: the package is ten times as large, so it is not installed with ours.
 * @param {string} folder
 */
function carryColours(folder) {
  const from = dirname(createRequire(import.meta.url).resolve('highlight.js/package.json'));
  for (const file of ['LICENSE', 'lib/core.js', ...LANGUAGES.map((name) => `lib/languages/${name}.js`)])
    cpSync(join(from, file), join(folder, 'highlight.js', file));
}

const packing = process.env.npm_lifecycle_event === 'prepack';
const { build } = await import('esbuild').catch(() => {
  console.error('esbuild is not installed: the program will run from its sources.');
  process.exit(packing ? 1 : 0);
});

const making = join(root, `.dist-${process.pid}`);
const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(ts|m?js)$/.test(file),
);
// As they were before they were read: an edit meanwhile makes them differ, never look the same.
const sources = Object.fromEntries(
  files.map((file) => {
    const { size, mtimeMs } = lstatSync(join(root, 'lib', file));
    return [`lib/${file}`, [size, mtimeMs]];
  }),
);
try {
  mkdirSync(making);
  const script = join(making, 'cli.cjs');
  await build({
    entryPoints: [join(root, 'lib/cli.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    tsconfigRaw: {},
    logLevel: 'silent',
    plugins: [fitting],
    banner: { js: `(function (exports, require, module, __filename, importPackage) { ${OWN_URL}` },
    footer: { js: '})' },
  });
  writeFileSync(script, inLatin1(readFileSync(script, 'utf8')));
  writeFileSync(`${script}.cache`, await compiled(script));
  writeFileSync(join(making, 'sources.json'), JSON.stringify(sources));
  writeFileSync(join(making, 'commit'), commit());
  carryColours(join(making, 'packages'));
  rmSync(dist, { recursive: true, force: true });
  renameSync(making, dist);
} catch (error) {
  // No reason for `npm ci` to fail: what is not built is not needed there.
  if (packing) process.exitCode = 1;
  console.error(`The program will run from its sources: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  rmSync(making, { recursive: true, force: true });
}
