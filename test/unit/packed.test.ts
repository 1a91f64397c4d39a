// What a release is: a package with all that the program runs on, and nothing else. Packed out of a copy of the
// sources, and run with those packages alone that npm would install with it.
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodePath, PROJECT, which } from '../support/paths.ts';
import { type Room, withRoom } from '../support/room.ts';
import { type Ended, runProcess } from '../support/start-process.ts';

const { dependencies, version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  dependencies: Readonly<Record<string, string>>;
  version: string;
};

/** Packs a copy of the project and lays it where npm would install it; its files, as npm lists them. */
async function installed(room: Room): Promise<{ readonly folder: string; readonly files: readonly string[] }> {
  const source = join(room.root, 'source');
  for (const name of ['lib', 'recipes', 'package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'])
    cpSync(join(PROJECT, name), join(source, name), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(source, 'node_modules'));
  const run = async (...words: readonly string[]): Promise<Ended> => {
    const done = await runProcess([nodePath(), ...words], { cwd: source, env: room.env, deadline: 120_000 });
    assert.equal([done.code, done.stderr], [0, ''], words.join(' '));
    return done;
  };
  await run('lib/bundle.mjs');
  const listed = await run(
    which('npm') ?? '',
    'pack',
    '--dry-run',
    '--json',
    '--ignore-scripts',
    '--no-update-notifier',
  );
  const [packed] = JSON.parse(listed.stdout) as [{ readonly files: readonly { readonly path: string }[] }];
  const files = packed.files.map(({ path }) => path);
  const folder = join(room.root, 'node_modules/multi-model');
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(source, file), join(folder, file));
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of Object.keys(dependencies))
    symlinkSync(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name));
  return { folder, files };
}

test('the package holds what it runs on, no sources, and runs the demo to its report', () =>
  withRoom(async (room) => {
    const { folder, files } = await installed(room);
    assert.equal(
      files.filter((file) => file.endsWith('.ts') || /^(test|\.)/.test(file)),
      [],
    );
    const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    assert.ok(bytes < 8e6, `${bytes} bytes unpacked`);

    const mm = async (...words: readonly string[]): Promise<Ended> => {
      const done = await runProcess([nodePath(), join(folder, 'lib/launch.mjs'), ...words], {
        cwd: room.root,
        env: room.env,
        deadline: 120_000,
      });
      assert.is(done.code, 0, `${words.join(' ')}\n${done.stdout}${done.stderr}`);
      assert.not.match(done.stderr, /warning/i);
      return done;
    };
    assert.is((await mm('--version')).stdout, `mm ${version}\n`, 'packed outside a repository: no commit is known');
    for (const shell of ['bash', 'zsh', 'fish']) assert.match((await mm('completion', shell)).stdout, /mm/);
    const refused = await runProcess([nodePath(), join(folder, 'lib/launch.mjs'), 'mcp'], { env: room.env });
    assert.is(refused.code, 2, 'the SDK of the protocol is installed by whoever wants it');
    assert.match(refused.stderr, /^ +npm install -g @modelcontextprotocol\/sdk@1$/m);
    const SDK = 'node_modules/@modelcontextprotocol/sdk';
    mkdirSync(join(room.root, dirname(SDK)));
    symlinkSync(join(PROJECT, SDK), join(room.root, SDK));
    assert.is((await mm('mcp')).stdout, '', 'it is found beside the package, and ends with its input');
    const done = await mm('demo', 'add a slugify function', '--yes');
    const session = /^\*\*Session artifacts\*\*: (.+)$/m.exec(done.stdout)?.[1] ?? done.stdout;
    assert.ok(readdirSync(session).includes('report.html'), session);
    assert.match(readFileSync(join(session, 'report.html'), 'utf8'), /hljs\.registerLanguage\('javascript'/);
  }));

test.run();
