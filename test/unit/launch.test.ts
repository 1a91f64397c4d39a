// The program is started inside other people's repositories: nothing that lies there changes what is loaded or run.
// Runs the real starting files (mm.ts, launch.mjs, own-packages.mjs) with a small cli.ts that tells what it got.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mmCommand, nodePath, PROJECT, type Runtime, which } from '../support/paths.ts';
import { type Files, type Repo, withRepo } from '../support/repo.ts';
import type { Room } from '../support/room.ts';
import { type Ended, runProcess } from '../support/start-process.ts';

const CLI = `// Tells what it was given and which packages it got.
import { parse } from 'yaml';

export async function main(argv: readonly string[]): Promise<number> {
  const { default: chalk } = await import('chalk');
  const { Ajv } = await import('ajv');
  const told: object = { argv, yaml: parse('[1]'), chalk: chalk.level >= 0, ajv: new Ajv().validate({ type: 'null' }, null) };
  process.stdout.write(JSON.stringify(told));
  return argv.length;
}
`;
const TOLD = { argv: ['a b', '\'"\n$x', ''], yaml: [1], chalk: true, ajv: true };

/** A program folder in the room: the real starting files around the small cli.ts. */
function program(room: Room): string {
  const folder = join(room.root, 'program');
  mkdirSync(join(folder, 'lib'), { recursive: true });
  for (const file of [
    'mm.ts',
    'lib/launch.mjs',
    'lib/own-packages.mjs',
    'lib/bundled.mjs',
    'package.json',
    'tsconfig.json',
  ]) {
    copyFileSync(join(PROJECT, file), join(folder, file));
  }
  writeFileSync(join(folder, 'lib/cli.ts'), CLI);
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const runtimes: readonly Runtime[] = ['launch', 'tsx', 'deno', ...(typeScriptInNode() ? (['node'] as const) : [])];

/** The same, put together in dist/ as an installation does it. */
async function bundledProgram(room: Room): Promise<string> {
  const folder = program(room);
  mkdirSync(join(folder, 'lib/view/report/page'), { recursive: true });
  for (const file of ['lib/bundle.mjs', 'lib/view/report/page/language.mjs'])
    copyFileSync(join(PROJECT, file), join(folder, file));
  const done = await runProcess([nodePath(), join(folder, 'lib/bundle.mjs')], { cwd: folder, env: room.env });
  assert.equal([done.code, done.stdout, done.stderr], [0, '', '']);
  const used = `import(${JSON.stringify(join(folder, 'lib/bundled.mjs'))}).then((all) => console.log(typeof all.bundledScript()?.main))`;
  const { stdout } = await runProcess([nodePath(), '-e', used], { cwd: folder, env: room.env });
  assert.is(stdout, 'function\n', 'the script is fresh, and used');
  return folder;
}

/** Starts it in the repository and holds that it got our packages and its arguments, and ran nothing of the repository's. */
async function holds(repo: Repo, runtime: Runtime, cwd = repo.dir, folder = program(repo)): Promise<void> {
  const before = repo.state();
  const done = await runProcess([...mmCommand(runtime, folder), ...TOLD.argv], { cwd, env: repo.env });
  const told = `${runtime}: ${done.stdout}${done.stderr}`;
  assert.is(done.stderr, '', told);
  assert.equal(JSON.parse(done.stdout), TOLD, told);
  assert.is(done.code, 3, told);
  assert.equal(repo.state(), before, told);
}

const EVIL_MODULE =
  "console.error('EVIL');\nexport const parse = 1;\nexport const Ajv = 1;\nexport const register = () => {};\nexport default 1;\n";
const PACKAGES = ['yaml', 'ajv', 'chalk', 'zx', 'enquirer', 'tsx', 'esbuild', 'uvu'];

/** Packages of these names in a folder, which say EVIL when they are loaded. */
const evilPackages = (folder: string): Files =>
  Object.fromEntries(
    PACKAGES.flatMap((name) => [
      [
        `${folder}/${name}/package.json`,
        JSON.stringify({ name, type: 'module', exports: { '.': './index.js', './*': './index.js' } }),
      ],
      [`${folder}/${name}/index.js`, EVIL_MODULE],
    ]),
  );

const EVIL_TOOL = { text: '#!/bin/sh\necho EVIL >&2\nexit 99\n', mode: 0o755 };

/** Everything that some runtime might look at, at once; only a tsconfig.json comes by case. */
const TRAPS: Files = {
  ...evilPackages('node_modules'),
  ...evilPackages('evil'),
  'evil.js': EVIL_MODULE,
  'yaml.ts': EVIL_MODULE,
  'package.json': JSON.stringify({
    name: 'theirs',
    type: 'commonjs',
    imports: { '#x': './evil.js' },
    workspaces: ['*'],
  }),
  '.npmrc': 'node-options=--require=./evil.js\nscript-shell=./bash\n',
  '.env': 'NODE_OPTIONS=--import=./evil.js\nTSX_TSCONFIG_PATH=./evil.json\nPATH=.\n',
  'bunfig.toml': 'preload = ["./evil.js"]\n',
  'deno.json': '{ "imports": { "yaml": "./evil.js" }, "nodeModulesDir": "auto", "lock": tru',
  'deno.lock': '{ "version": "no"',
  'import_map.json': '{ "imports": { "yaml": "./evil.js" } }',
  'lib/cli.ts': EVIL_MODULE,
  ...Object.fromEntries(
    ['git', 'node', 'bash', 'sh', 'npm', 'npx', 'tsx', 'deno', 'env'].map((name) => [name, EVIL_TOOL]),
  ),
};

const TSCONFIGS: Readonly<Record<string, Files>> = {
  'paths for everything': {
    'tsconfig.json': JSON.stringify({
      compilerOptions: { paths: { '*': ['./evil/*/index.js'], yaml: ['./evil.js'] } },
    }),
  },
  'a baseUrl': { 'tsconfig.json': '{ "compilerOptions": { "baseUrl": "." } } // with a comment' },
  'paths by way of extends': {
    'tsconfig.json': '{ "extends": "./base.json" }',
    'base.json': '{ "compilerOptions": { "baseUrl": "./evil" } }',
  },
  'a missing parent': { 'tsconfig.json': '{ "extends": "./gone.json" }' },
  'broken JSON': { 'tsconfig.json': '{ "compilerOptions": {{' },
  'settings for all files of the disk': {
    'tsconfig.json': JSON.stringify({
      include: ['/**/*'],
      compilerOptions: {
        target: 'es5',
        module: 'commonjs',
        jsx: 'react',
        experimentalDecorators: true,
        alwaysStrict: false,
      },
    }),
  },
};

for (const [name, files] of Object.entries(TSCONFIGS)) {
  test(`a repository full of traps, its tsconfig.json has ${name}: tsx mm.ts [K1]`, () =>
    withRepo({ files: { ...TRAPS, ...files } }, (repo) => holds(repo, 'tsx')));
}

for (const runtime of runtimes.filter((runtime) => runtime !== 'tsx')) {
  test(`a repository full of traps: ${runtime} [K1]`, () =>
    withRepo({ files: { ...TRAPS, ...TSCONFIGS['paths for everything'] } }, (repo) => holds(repo, runtime)));

  test(`broken package.json and tsconfig.json: ${runtime}`, () =>
    withRepo({ files: { ...TRAPS, 'package.json': '{ "type":', ...TSCONFIGS['broken JSON'] } }, (repo) =>
      holds(repo, runtime),
    ));
}

for (const runtime of runtimes) {
  test(`a repository full of traps, the program put together: ${runtime} [K1]`, () =>
    withRepo({ files: { ...TRAPS, ...TSCONFIGS['paths for everything'] } }, async (repo) =>
      holds(repo, runtime, repo.dir, await bundledProgram(repo)),
    ));
}

test('a tsconfig.json above the current folder counts as little', () =>
  withRepo({ files: { ...TRAPS, ...TSCONFIGS['a baseUrl'], 'deep/er/x': '' } }, (repo) =>
    holds(repo, 'tsx', join(repo.dir, 'deep/er')),
  ));

test('TSX_TSCONFIG_PATH of the user changes nothing', () =>
  withRepo({ files: { ...TRAPS, ...TSCONFIGS['paths for everything'] } }, async (repo) => {
    const env = { ...repo.env, TSX_TSCONFIG_PATH: join(repo.dir, 'tsconfig.json') };
    const folder = program(repo);
    for (const runtime of ['launch', 'tsx'] as const) {
      const done = await runProcess([...mmCommand(runtime, folder), ...TOLD.argv], { cwd: repo.dir, env });
      assert.equal([done.stdout, done.stderr], [JSON.stringify(TOLD), ''], runtime);
    }
  }));

test('the packed package, installed with npm, which warns of nothing, gives a working mm', () =>
  withRepo({ files: { ...TRAPS, ...TSCONFIGS['paths for everything'] } }, async (repo) => {
    const folder = await bundledProgram(repo);
    for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE']) writeFileSync(join(folder, file), '');
    const prefix = join(repo.root, 'prefix');
    const env = { ...repo.env, ...npmSettings() };
    const npm = async (...args: readonly string[]): Promise<Ended> => {
      const done = await runProcess([nodePath(), npmScript(), ...args], { cwd: folder, env, deadline: 120_000 });
      assert.is(done.code, 0, `npm ${args.join(' ')}\n${done.stdout}${done.stderr}`);
      assert.not.match(done.stderr, /warn/i);
      return done;
    };
    await npm('pack', '--ignore-scripts', '--pack-destination', repo.root);
    const packed = readdirSync(repo.root).find((file) => file.endsWith('.tgz')) as string;
    await npm(
      'install',
      '--global',
      '--prefix',
      prefix,
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      join(repo.root, packed),
    );
    const done = await runProcess([join(prefix, 'bin/mm'), ...TOLD.argv], { cwd: repo.dir, env: repo.env });
    assert.equal([done.stdout, done.stderr, done.code], [JSON.stringify(TOLD), '', 3]);
  }));

test('the program itself starts in such a repository, however it is started [K1]', () =>
  withRepo({ files: { ...TRAPS, ...TSCONFIGS['paths for everything'] } }, async (repo) => {
    const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
    for (const runtime of runtimes) {
      const done = await repo.runMm(['--version'], { runtime });
      assert.equal([done.stdout.trim().split(' ')[1], done.stderr, done.code], [version, '', 0], runtime);
    }
  }));

test('help is the same however the program is started and it is asked for', () =>
  withRepo({}, async (repo) => {
    const said: string[] = [];
    for (const runtime of runtimes)
      for (const asked of ['-h', '--help', 'help']) {
        const done = await runProcess([...mmCommand(runtime), asked], { cwd: repo.dir, env: repo.env });
        assert.equal([done.code, done.stderr], [0, ''], `${runtime} ${asked}`);
        said.push(done.stdout);
      }
    assert.match(said[0]!, /^mm: run one task .*\n\nUsage:\n/);
    assert.equal(new Set(said).size, 1);
  }));

test('package.json promises what the tests prove', () => {
  const { bin, engines, files, type } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  assert.equal([bin, engines, type], [{ mm: 'lib/launch.mjs' }, { node: '>=20' }, 'module']);
  for (const file of ['dist', 'lib/launch.mjs', 'recipes']) assert.ok(files.includes(file), file);
});

/** Node ≥ 22.18 runs TypeScript by itself. */
function typeScriptInNode(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return !('Deno' in globalThis) && (major > 22 || (major === 22 && minor >= 18));
}

/** npm's own script: the `npm` on PATH may be a shell script of another place. */
function npmScript(): string {
  const npm = which('npm');
  if (npm === null) throw new Error('npm is not on PATH');
  return npm;
}

/** What npm needs to reach its registry here: cache, settings, proxies and certificates of the one who runs the tests. */
function npmSettings(): Record<string, string> {
  const home = process.env.HOME ?? '';
  const way = /^(npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => way.test(entry[0]));
  return {
    npm_config_cache: join(home, '.npm'),
    npm_config_userconfig: join(home, '.npmrc'),
    ...Object.fromEntries(own),
  };
}

test.run();
