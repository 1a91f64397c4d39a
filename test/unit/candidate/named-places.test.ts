// What is copied out of the user's tree names the workspace: text files, addresses, links; and what is found by the table.
import { mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CandidateStore } from '../../../lib/candidate/candidate-store.ts';
import { installIn } from '../../../lib/candidate/install-in.ts';
import { renamed } from '../../../lib/candidate/named-places.ts';
import { prepareWorkspace } from '../../../lib/candidate/prepare-workspace.ts';
import type { Workspace } from '../../../lib/candidate/workspaces.ts';
import type { PrepareRule } from '../../../lib/core/preparation.ts';
import { loadRecipe } from '../../../lib/recipe/load.ts';
import { executors } from '../../../lib/steps/index.ts';
import { readDisk } from '../../recipes/load.ts';
import { PROJECT } from '../../support/paths.ts';
import { value } from '../../support/result.ts';
import { makeLane, shell, withStore } from './fixture.ts';

const NONE: Omit<PrepareRule, 'title' | 'copy'> = {
  beside: [],
  holds: [],
  mostBytes: null,
  repoint: [],
  install: {},
  manifests: {},
};

/** Prepares a workspace by these rules alone. */
const prepareByRules = (store: CandidateStore, workspace: Workspace, rules: readonly PrepareRule[]) =>
  prepareWorkspace(store, workspace, { copy: [], link: [], include: false, rules });

test('a path is renamed where it is that path, and not where it begins another name', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['/w/repo', '/w/repo-mm-a'],
    ['x=/w/repo/src:/w/repo\n', 'x=/w/repo-mm-a/src:/w/repo-mm-a\n'],
    ['#!/w/repo/.venv/bin/python -E', '#!/w/repo-mm-a/.venv/bin/python -E'],
    ['"file:///w/repo"', '"file:///w/repo-mm-a"'],
    ['see /w/repo.', 'see /w/repo-mm-a.'],
    ['/w/repo-mm-a/x /w/repo2 /w/repo.git /home/w/repo', '/w/repo-mm-a/x /w/repo2 /w/repo.git /home/w/repo'],
  ];
  for (const [before, after] of cases) assert.is(renamed(before, '/w/repo', '/w/repo-mm-a'), after);
  assert.is(renamed('file:///w/a%20b/c /w/a b/c', '/w/a b', '/w/$& d'), 'file:///w/$&%20d/c /w/$& d/c');
});

test('the rules that come with the program find what their ecosystems need, and only what git ignores', () =>
  withStore(
    {
      files: {
        '.gitignore':
          'node_modules/\n.venv/\n/vendor/*\n!/vendor/kept\n_build/\ndeps/\ntarget/\nbuild/\nenv/\n*.egg-info/\nbin/\n',
        'package.json': '{}\n',
        'composer.json': '{}\n',
        'vendor/kept': 'tracked\n',
        'crates/Cargo.toml': '\n',
        'elixir/mix.exs': '\n',
        'app/build.gradle.kts': '\n',
        'setup.py': '\n',
      },
    },
    async (repo, store) => {
      repo.write({
        'node_modules/x/i.js': '1\n',
        'packages/p/node_modules/x/i.js': '1\n',
        '.venv/pyvenv.cfg': 'home = /usr/bin\n',
        'env/secret': 'no environment of Python\n',
        'vendor/acme/lib.php': '1\n',
        'crates/target/x': '1\n',
        'target/x': 'of nothing\n',
        'elixir/deps/x': '1\n',
        'elixir/_build/x': '1\n',
        'app/build/x': '1\n',
        'build/x': 'of nothing\n',
        'pkg.egg-info/PKG-INFO': '1\n',
        'bin/tool': 'a tool of theirs\n',
        'tests.so': 'not ignored\n',
      });
      const recipes = join(PROJECT, 'recipes');
      const resolveNamed = (name: string) => join(recipes, `${name}.yaml`);
      const loaded = value(await loadRecipe(resolveNamed('execute'), { executors, read: readDisk, resolveNamed }));
      const { prepareRules: rules } = loaded;
      const lane = await makeLane(repo, store, 'worktree');
      const { copied, large } = await prepareByRules(store, lane.workspace, rules);
      assert.equal(
        [...copied].sort(),
        [
          '.venv',
          'app/build',
          'crates/target',
          'elixir/_build',
          'elixir/deps',
          'node_modules',
          'packages/p/node_modules',
          'pkg.egg-info',
          'vendor/acme',
        ].sort(),
      );
      assert.equal(large, []);
    },
  ));

test('links and text files of a copied folder lead into the workspace; what leaves the tree stays where it led', () =>
  withStore({ files: { '.gitignore': 'lib/\n', 'packages/a/i.js': 'a\n' } }, async (repo, store) => {
    mkdirSync(join(repo.root, 'work/outside'), { recursive: true });
    shell(
      repo.dir,
      repo.env,
      `mkdir -p lib/bin lib/deep; ln -s "$PWD/packages/a" lib/absolute; ln -s ../packages/a lib/relative; ln -s ${join(repo.root, 'work/outside')} lib/away; ln -s ../../outside lib/climbs; ln -s "$PWD" lib/deep/top
      printf '#!%s/lib/bin/sh\\n' "$PWD" > lib/bin/run; chmod 755 lib/bin/run; echo "$PWD/src" > lib/deep/x.pth; echo "$PWD" > lib/other.txt; printf '%s\\000' "$PWD" > lib/bin/program; ln lib/bin/run lib/bin/again`,
    );
    const rules = [{ ...NONE, title: 't', copy: ['lib'], repoint: ['bin/*', '*.pth'] }];
    const lane = await makeLane(repo, store, 'worktree');
    const { copied } = await prepareByRules(store, lane.workspace, rules);
    assert.equal(copied, ['lib']);
    const { path } = lane.workspace;
    const at = (name: string) => join(path, 'lib', name);
    assert.is(readlinkSync(at('absolute')), join(path, 'packages/a'));
    assert.is(readlinkSync(at('relative')), '../packages/a');
    assert.is(readlinkSync(at('away')), join(repo.root, 'work/outside'));
    assert.is(readlinkSync(at('climbs')), join(repo.root, 'work/outside'));
    assert.is(readlinkSync(at('deep/top')), path);
    for (const script of ['bin/run', 'bin/again'])
      assert.is(readFileSync(at(script), 'utf8'), `#!${path}/lib/bin/sh\n`);
    assert.is(shell(path, repo.env, 'stat -c %a lib/bin/run').trim(), '755');
    assert.is(readFileSync(at('deep/x.pth'), 'utf8'), `${path}/src\n`);
    assert.is(readFileSync(at('other.txt'), 'utf8'), `${repo.dir}\n`);
    assert.is(readFileSync(at('bin/program'), 'utf8'), `${repo.dir}\0`);
    assert.is(repo.read('lib/deep/x.pth'), `${repo.dir}/src\n`);
  }));

test('what is larger than its rule allows is told with the command of the nearest lock, and can be copied all the same', () =>
  withStore({ files: { '.gitignore': 'lib/\n', 'a/lock': 'l\n' } }, async (repo, store) => {
    repo.write({ 'a/lib/x': 'x\n' });
    const rules = [{ ...NONE, title: 't', copy: ['lib'], mostBytes: 0, install: { none: ['x'], lock: ['i'] } }];
    const lane = await makeLane(repo, store, 'worktree');
    const { copied, large } = await prepareByRules(store, lane.workspace, rules);
    assert.equal([copied, large.map(({ path }) => path)], [[], ['a/lib']]);
    assert.equal(await installIn(lane.workspace.path, rules[0]!, 'a'), { folder: 'a', command: ['i'] });
    assert.equal(await installIn(lane.workspace.path, rules[0]!, '.'), null);
    assert.ok(await large[0]!.copy());
    assert.is(readFileSync(join(lane.workspace.path, 'a/lib/x'), 'utf8'), 'x\n');
  }));

test.run();
