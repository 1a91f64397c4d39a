// What is there already is combined, without a model: branches, patches, checkouts, commands and pull requests, each
// tested, the best of each proven and applied; and what can't be used is refused before anything is touched.
// deadline: 300
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOfType, inSession, withCrew } from '../support/crew.ts';
import { addBranch, type Files, makeRepo, withRepo } from '../support/repo.ts';

const RIGHT = { add: '+', mul: '*', sub: '-' } as const;
const source = (name: string, body: string): string => `export const ${name} = (a, b) => ${body};\n`;
const PROJECT: Files = {
  'AGENTS.md': '# Rules\n\n```mm-gates\ntests: node --test\n```\n',
  'package.json': '{ "type": "module" }\n',
  ...Object.fromEntries(
    Object.entries(RIGHT).flatMap(([name, sign]) => [
      [`src/${name}.js`, source(name, '0')],
      [
        `test/${name}.test.js`,
        `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { ${name} } from '../src/${name}.js';\ntest('${name}', () => assert.equal(${name}(5, 3), 5 ${sign} 3));\n`,
      ],
    ]),
  ),
};
const RUN = ['combine', 'arithmetic', '--headless', '--yes'];

test('three branches, each right in one file: combined without any model, proven, applied; whose work it is is told', () =>
  withRepo({ files: PROJECT }, async (repo) => {
    for (const [right, sign] of Object.entries(RIGHT)) {
      const wrong = Object.keys(RIGHT).map((name) => [`src/${name}.js`, source(name, 'a / b')]);
      addBranch(repo, `feature/${right}`, {
        ...Object.fromEntries(wrong),
        [`src/${right}.js`]: source(right, `a ${sign} b`),
      });
    }
    const from = Object.keys(RIGHT).flatMap((name) => ['--from', `${name}=branch:feature/${name}`]);
    const result = await repo.runMm([...RUN, ...from]);
    assert.is(result.code, 0, result.stderr);
    for (const [name, sign] of Object.entries(RIGHT))
      assert.is(repo.read(`src/${name}.js`), source(name, `a ${sign} b`));
    assert.is(repo.git('status', '--porcelain'), ' M src/add.js\n M src/mul.js\n M src/sub.js');
    assert.equal(eventsOfType(result, 'attempt_start'), []);
    assert.match(result.stdout, /No model was asked\./);
    assert.not.match(result.stdout, /Tokens in/);
    const [pass] = result.session.passes;
    assert.ok(pass.plan.proven);
    assert.is(pass.plan.decided_by, 'evidence');
    assert.equal(
      Object.fromEntries(pass.plan.files.map(({ path, from: who }: { path: string; from: string }) => [path, who])),
      { 'src/add.js': 'add', 'src/mul.js': 'mul', 'src/sub.js': 'sub' },
    );
    assert.is(pass.models.add.made_by.from, 'ref feature/add');
    assert.match(pass.models.add.made_by.author, /<.*@/);
    assert.match(inSession(result, 'pass-0001/diffs/add.diff'), /\+export const add = \(a, b\) => a \+ b;/);
    assert.match(inSession(result, 'report.html'), /ref feature\/add<\/code>, by /);
    assert.is(repo.git('worktree', 'list').split('\n').length, 1);
    assert.is(repo.git('for-each-ref', 'refs/mm'), '');
    assert.is((await repo.runMm(['undo'])).code, 0);
    assert.is(repo.git('status', '--porcelain'), '');
  }));

test('a change is carried onto a base that went on: renames, deletions, modes and binary files from every origin', () =>
  withRepo(
    {
      files: {
        ...PROJECT,
        'old.txt': 'a\nb\nc\nd\ne\nf\n',
        'gone.txt': 'x\n',
        'AGENTS.md': '```mm-gates\ntests: test -d src\n```\n',
      },
    },
    async (repo) => {
      repo.git('checkout', '--quiet', '-b', 'moved');
      repo.git('mv', 'old.txt', 'new.txt');
      repo.commit('moved');
      const binary = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
      addBranch(repo, 'binary', { 'data.bin': binary, 'run.sh': { text: '#!/bin/sh\n', mode: 0o755 } }, 'moved~1');
      const patch = repo.git('diff', '--binary', 'main', 'binary');
      writeFileSync(join(repo.root, 'binary.diff'), `${patch}\n`);
      repo.write({ 'old.txt': 'a\nb\nc\nd\ne\nF\n' }); // main goes on: the rename has to follow
      repo.commit('main goes on');
      const other = makeRepo(repo, { name: 'other', files: null });
      repo.git('branch', 'before', 'main~1');
      other.git('pull', '--quiet', repo.dir, 'before');
      other.write({ 'gone.txt': null, 'untracked.txt': 'new\n' });
      other.git('rm', '--quiet', 'gone.txt');
      const result = await repo.runMm([
        ...RUN,
        ...['--from', 'a=branch:moved', '--from', 'b=patch:../../binary.diff', '--from', 'c=folder:../other'],
        ...[
          '--from',
          'd=cmd:printf -- "--- a/package.json\\n+++ b/package.json\\n@@ -1 +1 @@\\n-{ \\"type\\": \\"module\\" }\\n+{}\\n"',
        ],
      ]);
      assert.is(result.code, 0, result.stderr);
      assert.is(repo.read('new.txt'), 'a\nb\nc\nd\ne\nF\n');
      assert.equal([repo.has('old.txt'), repo.has('gone.txt'), repo.read('untracked.txt')], [false, false, 'new\n']);
      assert.is(repo.read('package.json'), '{}\n');
      assert.is(repo.git('hash-object', 'data.bin'), repo.git('rev-parse', 'binary:data.bin'));
      repo.git('add', '--all');
      assert.match(repo.git('ls-files', '-s', 'run.sh'), /^100755/);
    },
  ));

test('pull requests are fetched by the commands of the recipe; one that is closed or empty is refused', () =>
  withCrew({ claude: null, gemini: null, codex: null }, async (repo) => {
    addBranch(repo, 'feature', { 'src/b.txt': 'b of the pull request\n' });
    repo.installTool(
      'gh',
      `#!${join(repo.bin, 'bash')}
case "$2 $3" in
"view 12") echo OPEN ;;
"view 14") case "$5" in state) echo OPEN ;; esac ;;
"view 13") echo MERGED ;;
"view 15") while :; do sleep 1; done ;;
"diff 12") git diff main...feature ;;
esac
`,
    );
    const before = repo.state();
    for (const [number, says, more] of [
      [13, /The pull request 13 is not open: it is "MERGED"/, []],
      [14, /pull request 14\) can't be used: It changes nothing/, []],
      [
        15,
        /pull request 15\) can't be used: gh pr view 15 .* ran into its time limit \(1s\)/,
        ['--set', 'phases.fetch.steps.0.timeout=1'],
      ],
    ] as const) {
      const refused = await repo.runMm([...RUN, '--from', `a=pr:${number}`, ...more]);
      assert.is(refused.code, 2, refused.stderr);
      assert.match(refused.stderr, says);
    }
    for (const [from, says] of [
      ['a=pr:14', /the pull request 14 does not tell one: it says nothing/],
      ['a=pr:15', /the pull request 15 does not tell one: gh pr view 15 .* ran into its time limit \(1s\)/],
      ['a=branch:feature', /No task was given, and none can be taken from ref feature\./],
    ] as const) {
      const more = ['--set', 'phases.context.steps.0.timeout=1', '--from', from];
      const refused = await repo.runMm(['combine', '--headless', '--yes', ...more]);
      assert.is(refused.code, 2, refused.stderr);
      assert.match(refused.stderr, says);
    }
    assert.equal(repo.state(), before);
    const result = await repo.runMm([...RUN, '--from', 'a=pr:12']);
    assert.is(result.code, 0, result.stderr);
    assert.is(repo.read('src/b.txt'), 'b of the pull request\n');
  }));

const HOSTILE_TITLE = 'Join x3 $(touch "$HOME/pwned") `touch pwned`\\033[2J\\033]0;owned\\007 "; touch pwned; #';

test('with a model it judges what is contested and mends what fails together; the task comes from the pull request, and who wrote what is hidden from it', () =>
  withCrew(
    {
      claude: { compare: 'prefer BEST', integrate: 'put src/join.txt joined\nsay joined' },
      gemini: null,
      codex: null,
      files: {
        'check.sh':
          'if [ -e src/one.txt ] && [ -e src/two.txt ] && [ ! -e src/join.txt ]; then echo apart; exit 1; fi\n',
        'with-claude.yaml': 'extends: combine\nslots: { claude: { cli: claude, primary: true } }\n',
      },
    },
    async (repo) => {
      addBranch(repo, 'gluon', { 'src/a.txt': 'a, BEST, of the pull request\n', 'src/one.txt': 'one\n' });
      repo.git('checkout', '--quiet', '-b', 'muon');
      repo.write({ 'src/a.txt': 'a of the branch\n', 'src/two.txt': 'two\n' });
      repo.git('add', '--all');
      const message = 'two\n\nCo-authored-by: Zorg Nine <zorg@nine.example>\n';
      repo.git('commit', '--quiet', '--author', 'Quark <q@example.org>', '--message', message);
      repo.git('checkout', '--quiet', 'main');
      repo.installTool(
        'gh',
        `#!${join(repo.bin, 'bash')}
printf '%s\\n' "$*" >>"$HOME/asked"
case "$*" in
"pr view 12 --json state "*) echo OPEN ;;
"pr view 12 --json title,body "*) printf '${HOSTILE_TITLE}\\n\\nBoth parts.\\n\\n🤖 Generated with [Zorg](https://zorg.example)\\n' ;;
"pr view 12 --json author,body,commits "*) printf 'quark-bot\\n\\nGenerated-by: Zorg 9.9\\n' ;;
"pr diff 12") git diff main...gluon ;;
*) exit 9 ;;
esac
`,
      );
      const from = ['--from', 'one=pr:12', '--from', 'two=branch:muon'];
      const result = await repo.runMm(['with-claude.yaml', '--headless', '--yes', ...from]);
      assert.is(result.code, 0, result.stderr);
      assert.is(repo.read('src/a.txt'), 'a, BEST, of the pull request\n');
      assert.is(repo.read('src/join.txt'), 'joined\n');
      const [pass] = result.session.passes;
      assert.is(pass.plan.decided_by, 'judge');
      assert.ok(result.session.result.integrated);
      assert.equal(pass.models.one.made_by, {
        from: 'pull request 12',
        author: 'quark-bot',
        credits: ['Zorg 9.9'],
      });
      assert.equal(pass.models.two.made_by.credits, ['Zorg Nine <zorg@nine.example>']);
      assert.match(inSession(result, 'report.html'), /pull request 12<\/code>, by quark-bot, with Zorg 9\.9/);
      const asked = repo.calls('claude');
      assert.ok(['compare', 'integrate'].every((step) => asked.some((call) => call.step === step)));
      for (const { step, stdin, argv } of asked) {
        const said = `${stdin}${argv.join(' ')}`;
        assert.not.match(said, /quark|zorg|gluon|muon|pull request 12|pr:12/i, step);
        if (step === 'compare') assert.match(said, /Task: Join x3 \$\(touch/); // it sets nothing, and nobody runs it
      }
      assert.not.match(result.stderr, /\u001b\[2J|\u0007/);
      assert.not.ok(repo.has('pwned') || existsSync(join(repo.env.HOME ?? '', 'pwned')));
      assert.is(repo.git('for-each-ref', 'refs/mm'), '');
      const told = await repo.runMm(['revise', 'latest', 'one', 'be better']);
      assert.is(told.code, 2);
      assert.match(told.stderr, /"one" was taken from pull request 12: no model is behind it/);
    },
  ));

test('bad input is refused with exit code 2, and nothing is touched', () =>
  withCrew({ claude: null, gemini: null, codex: null }, async (repo) => {
    addBranch(repo, 'feature', { 'src/b.txt': 'better b\n' });
    writeFileSync(join(repo.root, 'stale.diff'), '--- a/src/a.txt\n+++ b/src/a.txt\n@@ -1 +1 @@\n-z\n+y\n');
    mkdirSync(join(repo.root, 'elsewhere'));
    const before = repo.state();
    for (const [args, says] of [
      [['a=branch:no-such'], /There is no commit "no-such" in this repository/],
      [['a=branch:--upload-pack=touch'], /There is no commit "--upload-pack=touch" in this repository/],
      [
        ['a=patch:../../stale.diff'],
        /does not apply to the current commit:\s+patch failed: src\/a\.txt:1, the hunk @@ -1 \+1 @@/,
      ],
      [['a=branch:feature', 'a=branch:main'], /Two --from have the name a/],
      [['a=brnch:feature'], /--from a=brnch:feature: name=branch:… .*was expected|--from a=brnch:feature: /],
      [[], /There is nothing to combine/],
    ] as const) {
      const result = await repo.runMm([...RUN, ...args.flatMap((each) => ['--from', each])]);
      assert.is(result.code, 2, `${args}: ${result.stderr}`);
      assert.match(result.stderr, says);
    }
    assert.equal(repo.state(), before);
  }));

test.run();
