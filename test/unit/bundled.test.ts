// The modules put together in dist/ are used only while they say the same as the sources.
import { copyFileSync, lstatSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodePath, PROJECT } from '../support/paths.ts';
import { type Room, withRoom } from '../support/room.ts';
import { runProcess } from '../support/start-process.ts';

/** A program folder with one source and a dist/ made of it; the folder of the script that is run there; `null`: none is. */
async function bundledIn(room: Room, at: string, change: (folder: string) => void): Promise<string> {
  const folder = join(room.root, at);
  mkdirSync(join(folder, 'lib'), { recursive: true });
  mkdirSync(join(folder, 'dist'));
  copyFileSync(join(PROJECT, 'lib/bundled.mjs'), join(folder, 'lib/bundled.mjs'));
  const source = join(folder, 'lib/cli.ts');
  writeFileSync(source, 'export const a = 1;\n');
  const { size, mtimeMs } = lstatSync(source);
  writeFileSync(join(folder, 'dist/cli.cjs'), '(function (exports, require, module, file) { exports.main = file; })');
  writeFileSync(join(folder, 'dist/sources.json'), JSON.stringify({ 'lib/cli.ts': [size, mtimeMs] }));
  change(folder);
  const script = `import(${JSON.stringify(pathToFileURL(join(folder, 'lib/bundled.mjs')).href)}).then(({ bundledScript }) => console.log(bundledScript()?.main ?? null))`;
  const done = await runProcess([nodePath(), '-e', script], { cwd: room.root, env: room.env });
  assert.is(done.code, 0, done.stderr);
  return done.stdout.trim();
}

test('a bundle of the sources as they are is used', () =>
  withRoom(async (room) => {
    const found = await bundledIn(room, 'program', () => {});
    assert.is(found, join(room.root, 'program/dist/cli.cjs'));
  }));

const CHANGES: Readonly<Record<string, (folder: string) => void>> = {
  'of another length': (folder) => writeFileSync(join(folder, 'lib/cli.ts'), 'export const abc = 1;\n'),
  'of another time': (folder) => utimesSync(join(folder, 'lib/cli.ts'), 1, 1),
  'that is gone': (folder) => renameSync(join(folder, 'lib/cli.ts'), join(folder, 'lib/other.ts')),
};

for (const [what, change] of Object.entries(CHANGES)) {
  test(`a bundle made from a source ${what} is not used`, () =>
    withRoom(async (room) => assert.is(await bundledIn(room, 'program', change), 'null')));
}

test('without a bundle the sources are used', () =>
  withRoom(async (room) => {
    const found = await bundledIn(room, 'program', (folder) => renameSync(join(folder, 'dist'), join(folder, 'gone')));
    assert.is(found, 'null');
  }));

test('an installed package, whose files have other times, uses its bundle', () =>
  withRoom(async (room) => {
    const found = await bundledIn(room, 'node_modules/multi-model', (folder) =>
      utimesSync(join(folder, 'lib/cli.ts'), 1, 1),
    );
    assert.is(found, join(room.root, 'node_modules/multi-model/dist/cli.cjs'));
  }));

test.run();
