// What a child process is told: the user's environment without other vendors' keys and without pointers elsewhere.
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { childEnvironment, cleanPath, GIT_LOCAL_VARIABLES, matcher } from '../../lib/system/environment.ts';
import { findOnPath, pathEntries, repositoryAround } from '../../lib/system/find-on-path.ts';
import { withRoom } from '../support/room.ts';

const build = (base: Record<string, string | undefined>, more: Partial<Parameters<typeof childEnvironment>[0]> = {}) =>
  childEnvironment({ base: { PATH: '/bin', ...base }, withhold: [], passAll: [], pass: [], set: {}, ...more });

test('a backend sees its own keys, and nobody else sees them', () => {
  const base = { ONE_API_KEY: '1', TWO_API_KEY: '2', TWO_HOME: '3', DB_PASSWORD: '4', HOME: '/h', GONE: undefined };
  const rules = { withhold: ['*_API_KEY', '*PASSWORD*'], passAll: ['ONE_*', 'TWO_*'] };
  assert.equal(build(base, rules), { HOME: '/h', PATH: '/bin' });
  assert.equal(build(base, { ...rules, pass: ['TWO_*'] }), {
    TWO_API_KEY: '2',
    TWO_HOME: '3',
    HOME: '/h',
    PATH: '/bin',
  });
  assert.equal(build(base, { ...rules, set: { ONE_API_KEY: 'x', MM_SLOT: 's' } }), {
    ONE_API_KEY: 'x',
    MM_SLOT: 's',
    HOME: '/h',
    PATH: '/bin',
  });
});

test('only the star of a glob is special', () => {
  const matches = matcher(['A*', '*_KEY', 'a.c', 'x+', 'BASH_FUNC_*']);
  for (const name of ['A', 'ABC', 'MY_KEY', '_KEY', 'a.c', 'x+', 'BASH_FUNC_f%%', 'A\nB'])
    assert.ok(matches(name), name);
  for (const name of ['BA', 'KEY', 'abc', 'xx', '', 'MY_KEYS']) assert.not.ok(matches(name), name);
  assert.not.ok(matcher([])(''));
});

test('what points git, bash or our own launcher elsewhere is always dropped', () => {
  const named = spawnSync('git', ['rev-parse', '--local-env-vars'], { encoding: 'utf8' }).stdout.trim().split('\n');
  assert.ok(named.length > 5);
  for (const name of named) assert.ok(GIT_LOCAL_VARIABLES.includes(name), `${name} is in the list`);
  const base: Record<string, string> = Object.fromEntries(named.map((name) => [name, 'x']));
  const further =
    'GIT_CONFIG_KEY_0 BASH_ENV ENV CDPATH BASH_FUNC_ls%% ZX_PREFIX TSX_TSCONFIG_PATH ESBUILD_BINARY_PATH MM_SLOT PWD';
  for (const name of further.split(' ')) base[name] = 'x';
  const kept = {
    GIT_SSH_COMMAND: 'ssh',
    NODE_OPTIONS: '--use-system-ca',
    npm_config_registry: 'http://r',
    LANG: 'C',
    NODE: '/my/node',
  };
  assert.equal(build({ ...base, ...kept }), { ...kept, PATH: '/bin' });
});

test('what npm adds for starting us is dropped, where packages come from is kept', () => {
  const npm = {
    npm_command: 'exec',
    npm_config_local_prefix: '/p',
    npm_package_name: 'p',
    INIT_CWD: '/p',
    NODE: '/n',
    EDITOR: 'vi',
  };
  const users = { npm_config_registry: 'http://r', 'npm_config_//r/:_authToken': 't' };
  const path = '/p/node_modules/.bin:/node_modules/.bin:/x/node-gyp-bin:/usr/bin';
  assert.equal(build({ ...npm, ...users, PATH: path }), { ...users, PATH: '/usr/bin' });
  assert.is(build({ ...npm, EDITOR: 'emacs' }).EDITOR, 'emacs');
  assert.is(cleanPath({ PATH: path }), path, 'entries of that name are the user’s where npm did not start us');
});

test('empty and relative PATH entries mean the current folder: they are dropped', () => {
  assert.equal(pathEntries(':/a:.:bin:../b::/c/:'), ['/a', '/c/']);
  assert.is(build({ PATH: '.:/a::b' }).PATH, '/a');
  assert.ok(pathEntries(undefined).includes('/usr/bin'));
});

test('a command is an executable file on PATH, in order, and never one in the repository', () =>
  withRoom(async (room) => {
    const at = (...parts: string[]) => join(room.tmp, ...parts);
    for (const name of ['one', 'two', 'repo/.git', 'repo/bin', 'repo/sub', 'one/folder'])
      mkdirSync(at(name), { recursive: true });
    for (const file of ['one/plain', 'two/plain', 'two/tool', 'repo/bin/tool', 'repo/bin/only']) {
      writeFileSync(at(file), '#!/bin/sh\n', { mode: file === 'one/plain' ? 0o644 : 0o755 });
    }
    symlinkSync(at('repo/bin'), at('link'));
    const env = { PATH: [at('link'), at('repo/bin'), at('one'), at('none'), at('two')].join(':') };
    assert.is(findOnPath('tool', env), at('link/tool'));
    assert.is(findOnPath('tool', env, { insideOf: at('repo') }), at('two/tool'));
    assert.is(findOnPath('only', env, { insideOf: at('repo') }), null);
    assert.is(findOnPath('plain', env), at('two/plain'));
    for (const name of ['folder', 'none', '', '../two/tool', at('two/tool')]) assert.is(findOnPath(name, env), null);
    assert.is(repositoryAround(at('repo/sub')), at('repo'));
  }));

test.run();
