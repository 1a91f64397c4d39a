// Puts our modules together in dist/ (see bundled.mjs): run by npm after `npm ci` and before packing. Packages stay outside.
// Nothing depends on it: without dist/, or once a source changed, the program runs from its sources, only slower.
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** A file's own URL stays what it was: paths beside it are found from there. @type {import('esbuild').Plugin} */
const ownUrls = {
  name: 'own-urls',
  setup(build) {
    build.onLoad({ filter: /[/\\]lib[/\\].*\.(ts|js)$/ }, ({ path }) => {
      const url = `new URL(${JSON.stringify(relative(dist, path))}, import.meta.url).href`;
      const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', url);
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

const { build } = await import('esbuild').catch(() => {
  console.error('esbuild is not installed: the program will run from its sources.');
  process.exit(0);
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
  await build({
    entryPoints: [join(root, 'lib/cli.ts')],
    outdir: making,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    tsconfigRaw: {},
    logLevel: 'silent',
    plugins: [ownUrls],
  });
  writeFileSync(join(making, 'sources.json'), JSON.stringify(sources));
  rmSync(dist, { recursive: true, force: true });
  renameSync(making, dist);
} catch (error) {
  // No reason for an installation to fail: what is not built is not needed.
  console.error(`The program will run from its sources: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  rmSync(making, { recursive: true, force: true });
}
