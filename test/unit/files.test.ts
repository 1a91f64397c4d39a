// Files are written whole or not at all, copied as they are, removed without following a link.
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FailureError } from '../../lib/core/failure.ts';
import { stamp } from '../../lib/system/clock.ts';
import { clearMarks, markIn } from '../../lib/system/disk-clock.ts';
import { diskUsage } from '../../lib/system/disk-usage.ts';
import { fileFailure } from '../../lib/system/file-failure.ts';
import {
  copyIfThere,
  copyOne,
  copyTree,
  exists,
  folderSize,
  freeSpace,
  isInside,
  makeFolder,
  readText,
  removeTree,
  writeAtomic,
} from '../../lib/system/files.ts';
import { withRoom } from '../support/room.ts';

const failureOf = async (work: () => unknown) => {
  try {
    await work();
  } catch (error) {
    assert.instance(error, FailureError);
    return (error as FailureError).failure;
  }
  throw new Error('it did not fail');
};

test('only a file is copied where it may not be there: no folder, no device, nothing', () =>
  withRoom(async (room) => {
    const to = join(room.root, 'to');
    for (const from of [join(room.root, 'none'), join(room.root, 'none/below'), room.root, '/dev/null'])
      await copyIfThere(from, to);
    assert.not.ok(existsSync(to));
    writeFileSync(join(room.root, 'from'), 'x');
    symlinkSync('from', join(room.root, 'link'));
    await copyIfThere(join(room.root, 'link'), to);
    assert.is(readFileSync(to, 'utf8'), 'x');
  }));

test('an atomic write replaces the file, keeps nothing beside it, and says which file it could not write [D6]', () =>
  withRoom(async ({ tmp }) => {
    const file = join(tmp, 'session.json');
    await writeAtomic(file, 'one');
    assert.is(statSync(file).mode & 0o777, 0o600);
    symlinkSync(file, join(tmp, 'link'));
    await writeAtomic(join(tmp, 'link'), new Uint8Array([1, 2]), 0o644);
    assert.is(readFileSync(file, 'utf8'), 'one', 'a link is replaced, not followed');
    assert.is(lstatSync(join(tmp, 'link')).mode & 0o777, 0o644);
    const texts = Array.from({ length: 20 }, (_, n) => `${n} `.repeat(1000));
    await Promise.all(texts.map((text) => writeAtomic(file, text)));
    assert.ok(texts.includes(readFileSync(file, 'utf8')), 'of writes at once, one wins whole');
    mkdirSync(join(tmp, 'folder'));
    const failure = await failureOf(() => writeAtomic(join(tmp, 'folder'), 'x'));
    assert.match(failure.what, join(tmp, 'folder'));
    await failureOf(() => writeAtomic(join(tmp, 'none/x'), 'x'));
    assert.equal(
      readdirSync(tmp).filter((name) => name.endsWith('.tmp')),
      [],
    );
  }));

test('errors of the system become messages with the path; others stay what they are', () => {
  const say = (code: string) => fileFailure(Object.assign(new Error(code), { code }), '/p', 'written') as FailureError;
  const ids = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EACCES', 'EROFS', 'EISDIR'].map((code) => say(code).failure.id);
  assert.equal(ids, [
    'disk-full',
    'disk-full',
    'too-many-files',
    'too-many-files',
    'no-permission',
    'no-permission',
    'file-trouble',
  ]);
  assert.match(say('EROFS').failure.what, '/p could not be written');
  const ours = new TypeError('a fault');
  assert.is(fileFailure(ours, '/p', 'read'), ours);
});

test('a copy has times, modes, links and odd names; it never goes into something that exists', () =>
  withRoom(async ({ tmp }) => {
    const [from, to] = [join(tmp, '-from'), join(tmp, 'to é\n')];
    mkdirSync(join(from, 'sub'), { recursive: true });
    writeFileSync(join(from, 'sub/run'), '#!/bin/sh\n', { mode: 0o755 });
    utimesSync(join(from, 'sub/run'), 1_000_000, 1_000_000);
    symlinkSync('../outside', join(from, 'link'));
    await copyTree(from, to);
    assert.equal(
      [statSync(join(to, 'sub/run')).mode & 0o777, statSync(join(to, 'sub/run')).mtimeMs],
      [0o755, 1_000_000_000],
    );
    assert.is(readlinkSync(join(to, 'link')), '../outside');
    assert.match((await failureOf(() => copyTree(from, to))).what, 'exists already');
    assert.equal(readdirSync(to).sort(), ['link', 'sub']);
    const failure = await failureOf(() => copyTree(join(tmp, 'none'), join(tmp, 'to2')));
    assert.is(failure.id, 'copy-failed');
    assert.not.ok(await exists(join(tmp, 'to2')));
    await copyOne(join(from, 'sub/run'), join(to, 'sub/run2'));
    assert.is(readFileSync(join(to, 'sub/run2'), 'utf8'), '#!/bin/sh\n');
  }));

test('a tree is removed whatever a model made of it, and nothing outside of it', () =>
  withRoom(async ({ tmp }) => {
    const [tree, outside] = [join(tmp, 'tree'), join(tmp, 'outside')];
    mkdirSync(join(tree, 'closed/inner'), { recursive: true });
    mkdirSync(outside);
    writeFileSync(join(outside, 'keep'), 'x', { mode: 0o400 });
    writeFileSync(join(tree, 'closed/inner/file'), 'x');
    symlinkSync(outside, join(tree, 'closed/link'));
    linkSync(join(outside, 'keep'), join(tree, 'hard'));
    chmodSync(join(tree, 'closed/inner'), 0o000);
    chmodSync(join(tree, 'closed'), 0o500);
    chmodSync(outside, 0o500);
    await removeTree(tree);
    assert.not.ok(existsSync(tree));
    assert.equal(
      [readdirSync(outside), statSync(outside).mode & 0o777, statSync(join(outside, 'keep')).mode & 0o777],
      [['keep'], 0o500, 0o400],
    );
    await removeTree(tree);

    symlinkSync(outside, tree);
    await removeTree(tree);
    assert.not.ok(await exists(tree));
    assert.ok(existsSync(join(outside, 'keep')));

    // Deeper than a path can be long.
    mkdirSync(tree);
    const cwd = process.cwd();
    for (let at = 0; at < 25; at++) {
      process.chdir(at === 0 ? tree : 'x'.repeat(200));
      mkdirSync('x'.repeat(200));
    }
    process.chdir(cwd);
    await removeTree(tree);
    assert.not.ok(existsSync(tree));
  }));

test('sizes and beginnings are read without reading all of it', () =>
  withRoom(async ({ tmp }) => {
    const file = join(tmp, 'out');
    writeFileSync(file, `${'a'.repeat(10_000)}\nlast ä line\n\n`);
    assert.is(await readText(file, 5), 'aaaaa');
    assert.is(await readText(join(tmp, 'none')), null);
    assert.equal(
      [await readText('/proc/self/none/x'), (await failureOf(() => readText(tmp))).id],
      [null, 'file-trouble'],
    );

    mkdirSync(join(tmp, 'folder'));
    writeFileSync(join(tmp, 'folder/big'), Buffer.alloc(100_000, 1));
    symlinkSync(file, join(tmp, 'folder/link'));
    const size = await folderSize(join(tmp, 'folder'));
    assert.ok(size >= 100_000 && size < 130_000, `${size}`);
    assert.is(await folderSize(join(tmp, 'none')), 0);
    const { PATH } = process.env;
    for (const path of [PATH, '']) {
      process.env.PATH = path; // with and without `du`
      const sizes = await diskUsage(tmp, ['folder', 'none']);
      assert.ok(Math.abs(sizes.get('folder')! - size) < 30_000, `${sizes.get('folder')}`);
      assert.is(sizes.get('none'), 0);
      assert.equal(await diskUsage(join(tmp, 'not/there'), ['folder']), new Map([['folder', 0]]));
    }
    process.env.PATH = PATH;
    assert.ok((await freeSpace(join(tmp, 'not/yet/there'))) > 0);
  }));

test("the disk's own time leaves nothing behind, and what a killed process left goes; a living one's stays [Y5]", () =>
  withRoom(async ({ tmp }) => {
    const folder = join(tmp, 'folder');
    mkdirSync(folder);
    const before = await markIn(folder);
    writeFileSync(join(folder, 'later'), '');
    assert.ok(before <= lstatSync(join(folder, 'later')).ctimeMs && before > Date.now() - 60_000);
    const living = `.mm-mark-${process.ppid}`;
    for (const name of ['.mm-mark-99999999', living, '.mm-mark-x', 'mm-mark-99999999'])
      writeFileSync(join(folder, name), '');
    await clearMarks(folder);
    await clearMarks(join(tmp, 'none'));
    assert.equal(readdirSync(folder).sort(), [living, '.mm-mark-x', 'later', 'mm-mark-99999999'].sort());
  }));

test('what is there, and what lies inside what', () =>
  withRoom(async ({ tmp }) => {
    symlinkSync('nowhere', join(tmp, 'dangling'));
    writeFileSync(join(tmp, 'file'), '');
    assert.equal(
      [await exists(join(tmp, 'dangling')), await exists(join(tmp, 'x')), await exists(join(tmp, 'file/x'))],
      [true, false, false],
    );
    const inside = (parent: string, path: string) => isInside(parent, path);
    assert.equal(
      [inside('/a', '/a'), inside('/a', '/a/b'), inside('/a', '/a/..b'), inside('/', '/a')],
      [true, true, true, true],
    );
    assert.equal(
      [inside('/a', '/ab'), inside('/a', '/'), inside('/a/b', '/a/c'), inside('/a', '/a/../b')],
      [false, false, false, false],
    );
    await makeFolder(join(tmp, 'p/q'), 0o700);
    assert.is(statSync(join(tmp, 'p/q')).mode & 0o777, 0o700);
  }));

test('stamps are UTC [D4]', () => {
  assert.is(stamp(Date.UTC(2026, 10, 22, 3, 4, 5, 67)), '20261122-030405');
});

test.run();
