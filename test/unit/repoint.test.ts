// Variables that point into one folder, pointing to the same places in another.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pointingInto, repointed, spellingsOf } from '../../lib/system/repoint.ts';
import { withRoom } from '../support/room.ts';

const FROM = ['/home/me/my repo', '/link/repo'];
const moved = (value: string) => repointed({ X: value }, FROM, '/lanes/a').X;

test('a path into the folder points into the other one, however it is written down', () => {
  for (const [value, expected] of [
    ['/home/me/my repo', '/lanes/a'],
    ['/home/me/my repo/.venv', '/lanes/a/.venv'],
    [
      '/link/repo/.venv/bin:/usr/bin:/home/me/my repo/node_modules/.bin',
      '/lanes/a/.venv/bin:/usr/bin:/lanes/a/node_modules/.bin',
    ],
    ['-I/link/repo/include -L/link/repo/lib -O2', '-I/lanes/a/include -L/lanes/a/lib -O2'],
    ['-mod=mod -modfile=/link/repo/go.alt.mod', '-mod=mod -modfile=/lanes/a/go.alt.mod'],
    ['file:///link/repo/x.db', 'file:///lanes/a/x.db'],
    ['sqlite:/link/repo/db,"/link/repo"', 'sqlite:/lanes/a/db,"/lanes/a"'],
  ] as const)
    assert.is(moved(value), expected);
});

test('what only looks alike stays', () => {
  for (const value of [
    '/link/repo2',
    '/link/repo-b/x',
    '/other/link/repo',
    '/link',
    'link/repo',
    '/link/repository/x',
    '',
  ])
    assert.is(moved(value), value);
  assert.equal(
    repointed({ A: '/x' }, ['/'], '/lanes/a'),
    { A: '/x' },
    'a folder at the root of everything is no folder of the project',
  );
});

test('names the variables that point there', () => {
  const env = { PATH: '/usr/bin:/link/repo/bin', HOME: '/home/me', VIRTUAL_ENV: '/home/me/my repo/.venv' };
  assert.equal(pointingInto(env, FROM), ['PATH', 'VIRTUAL_ENV']);
});

test('a folder is known by all ways in which the environment writes it down', () =>
  withRoom((room) => {
    const real = join(room.root, 'real');
    mkdirSync(join(real, '.venv/bin'), { recursive: true });
    symlinkSync(real, join(room.root, 'link'));
    const env = { PATH: `/usr/bin:${join(room.root, 'link/.venv/bin')}:/nowhere`, HOME: room.root };
    const spellings = spellingsOf(real, env);
    assert.equal(spellings, [real, join(room.root, 'link')]);
    assert.is(repointed(env, spellings, '/lane').PATH, '/usr/bin:/lane/.venv/bin:/nowhere');
    assert.equal(spellingsOf(real, { HOME: room.root }), [real]);
  }));

test.run();
