// What a lane's workspace holds beside what git carries: environments and packages that name it and not the user's tree,
// what an uncommitted .worktreeinclude names, and what a recipe's own `prepare:` says.
// deadline: 300
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, execute, inSession, withCrew } from '../support/crew.ts';
import { shell } from '../unit/candidate/fixture.ts';

const found = spawnSync('python3', ['-c', 'import sys, venv; print(sys.executable)'], { encoding: 'utf8' });
const python = (found.stdout ?? '').trim();
const withPython = python === '' ? test.skip : test;

const IGNORED = '.venv/\nnode_modules/\n/vendor/\n__pycache__/\n.secret\n/data/\n';
const COMPOSER = 'composer.json';

withPython(
  'packages that name the user’s tree name the workspace there; an uncommitted .worktreeinclude counts [A3]',
  () =>
    withCrew(
      {
        files: {
          '.gitignore': IGNORED,
          [COMPOSER]: '{}\n',
          'src/pkg/__init__.py': 'WHERE = __file__\n',
          'packages/a/i.js': 'module.exports = __filename\n',
        },
        codex: null,
        claude: { implement: 'put src/a.txt "a of claude"\nsay done' },
        gemini: {
          implement: `here=$(pwd -P)
says() { [ "$1" = "$2" ] || complain "expected $2, got $1"; }
says "$(.venv/bin/python -B -c 'import pkg; print(pkg.WHERE)')" "$here/src/pkg/__init__.py"
says "$(head -n 1 .venv/bin/tool)" "#!$here/.venv/bin/python"
says "$(readlink node_modules/a)" "$here/packages/a"
says "$(readlink node_modules/b)" ../packages/a
says "$(readlink node_modules/away)" /usr
says "$(cat vendor/acme/lib.php)" "<?php"
says "$(cat .secret)" KEY
[ ! -e notes.txt ] || complain "there are notes"
put src/b.txt "b of gemini"
say done`,
        },
      },
      async (repo) => {
        shell(
          repo.dir,
          repo.env,
          `${python} -m venv --without-pip .venv
        echo "$PWD/src" >"$(echo .venv/lib/python*/site-packages)/__editable__.pkg.pth"
        printf '#!%s/.venv/bin/python\\n' "$PWD" >.venv/bin/tool
        mkdir -p node_modules vendor/acme; ln -s "$PWD/packages/a" node_modules/a; ln -s ../packages/a node_modules/b; ln -s /usr node_modules/away
        echo '<?php' >vendor/acme/lib.php; echo KEY >.secret; echo .secret >.worktreeinclude; echo mine >notes.txt`,
        );
        const result = await execute(repo, ['--json']);
        assert.is(inSession(result, 'pass-0001/stderr/gemini.txt'), '');
        assert.is(result.code, 0, result.stderr);
        assert.equal(
          repo.git('status', '--porcelain').split('\n').sort(),
          ['?? .worktreeinclude', '?? notes.txt', ' M src/b.txt', ' M src/a.txt'].sort(),
        );
        assert.is(repo.read('.venv/bin/tool'), `#!${repo.dir}/.venv/bin/python\n`);
      },
    ),
);

/** A package manager: brings what deps.lock names into deps/, where it can be had. */
const INSTALL =
  'mkdir -p deps; for d in $(cat deps.lock); do test -e "$TMPDIR/registry/$d" || { echo "no $d here"; exit 1; }; cp "$TMPDIR/registry/$d" deps/; done\n';
const TABLE = `recipe: 1
name: mine
extends: gates
prepare_rules:
  - { title: deps, copy: [deps], install: { deps.lock: [sh, install.sh] }, manifests: { deps.lock: "" } }
`;

for (const [what, registry, gate] of [
  ['are installed where it is tested', ['one', 'two'], 'pass'],
  ['and can’t be had: its gates are missing, not failing', ['one'], 'missing'],
] as const)
  test(`packages that only a candidate names ${what} [A3]`, () =>
    withCrew(
      {
        files: {
          '.gitignore': 'deps/\n',
          'install.sh': INSTALL,
          'deps.lock': 'one\n',
          'check.sh':
            'test -e src/a.txt || exit 1; for d in $(cat deps.lock); do test -e deps/$d || { echo "FAILED: $d is not installed"; exit 1; }; done\n',
        },
        codex: null,
        claude: null,
        gemini: { implement: 'printf "one\\ntwo\\n" >deps.lock\nsay done' },
      },
      async (repo) => {
        repo.write({ 'deps/one': '1\n' });
        const folder = join(repo.env.TMPDIR ?? '', 'registry');
        mkdirSync(folder, { recursive: true });
        for (const name of registry) writeFileSync(join(folder, name), `${name}\n`);
        const recipe = join(repo.home, 'mine.yaml');
        writeFileSync(join(repo.home, 'table.yaml'), TABLE);
        writeFileSync(recipe, 'recipe: 1\nname: mine\nextends: execute\ngate_table: ./table.yaml\nverify: proof\n');
        const result = await repo.runMm([recipe, ...EXECUTE.slice(1)], { deadline: 150_000 });
        const [pass] = result.session.passes;
        assert.is(pass.gate_results.gemini.tests.state, gate, result.stderr);
        assert.is(result.code, gate === 'pass' ? 0 : 1, result.stderr);
        assert.is(/sh install\.sh failed, and deps\.lock needs it/.test(result.stderr), gate === 'missing');
        if (gate === 'missing') return;
        // in the user's own tree nothing is installed unasked
        assert.is((await repo.runMm(['undo'])).code, 0);
        const inTree = await repo.runMm([recipe, ...EXECUTE.slice(1), '--set', 'verify=tree'], { deadline: 150_000 });
        assert.is(inTree.code, 1, inTree.stderr);
        assert.match(inTree.stderr, /nothing is installed in your tree unasked: sh install\.sh/);
        assert.is(repo.has('deps/two'), false);
      },
    ));

test('where nothing is installed, packages that can’t be had keep no gate from running [A3]', () =>
  withCrew(
    {
      files: { '.gitignore': 'deps/\n', 'install.sh': INSTALL, 'deps.lock': 'one\n' },
      codex: null,
      claude: null,
      gemini: { implement: 'printf "one\\ntwo\\n" >deps.lock\nput src/a.txt made\nsay done' },
    },
    async (repo) => {
      const recipe = join(repo.home, 'mine.yaml');
      writeFileSync(join(repo.home, 'table.yaml'), TABLE);
      writeFileSync(recipe, 'recipe: 1\nname: mine\nextends: execute\ngate_table: ./table.yaml\n');
      const result = await repo.runMm([recipe, ...EXECUTE.slice(1)], { deadline: 150_000 });
      assert.is(result.code, 0, result.stderr);
      assert.is(result.session.passes[0].gate_results.gemini.tests.state, 'pass');
      assert.match(result.stderr, /sh install\.sh failed for deps\.lock\. Nothing was installed before either/);
    },
  ));

test.run();
