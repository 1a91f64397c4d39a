// `mm init` writes a recipe for a repository that passes `mm check`, and never overwrites; misspelt words are understood.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withRepo } from '../support/repo.ts';

const FILES = {
  'package.json': JSON.stringify({ scripts: { test: 'node --test', lint: 'eslint .' } }),
  'AGENTS.md': '# Conventions\n',
  'sub/a.txt': 'a\n',
};
const SILENT = { any: 'say nothing' };

test('init writes a recipe with the gates and command lines that are here, and it passes the check', () =>
  withRepo({ files: FILES }, async (repo) => {
    repo.installAgent('claude', SILENT);
    repo.installAgent('codex', SILENT);
    const done = await repo.runMm(['init'], { cwd: join(repo.dir, 'sub') });
    assert.is(done.code, 0, done.stderr);
    assert.match(
      done.stdout,
      /Claude \(claude\), GPT \(codex\)[\s\S]*linter, tests[\s\S]*mm check \.mm\/execute\.yaml/,
    );
    const written = repo.read('.mm/execute.yaml');
    assert.match(written, /^extends: execute$/m);
    assert.not.match(
      written,
      /\/(home|Users|root|tmp|work)\//,
      'it is for everybody who works here: no path of this machine',
    );
    assert.match(written, /^ {2}gemini: null # looked for gemini, agy, agent$/m);
    assert.match(written, /^ {2}tests: \{ run: \[npm, test\], timeout: 10m \} # from package.json: test$/m);
    const checked = await repo.runMm(['check', '.mm/execute.yaml', '--json'], { cwd: join(repo.dir, 'sub') });
    assert.is(checked.code, 0, checked.stderr);
    const { slots, recipe } = JSON.parse(checked.stdout);
    assert.equal([recipe, slots.map(({ id }: { id: string }) => id)], ['execute', ['claude', 'gpt']]);
    assert.equal(repo.git('status', '--porcelain'), '?? .mm/');
  }));

test('init never overwrites', () =>
  withRepo(async (repo) => {
    repo.write({ '.mm/execute.yaml': 'mine\n' });
    const before = repo.state();
    const again = await repo.runMm(['init']);
    assert.is(again.code, 2);
    assert.match(again.stderr, /\.mm\/execute\.yaml exists already/);
    assert.equal(repo.state(), before);
    repo.write({ '.mm': null });
    repo.write({ '.mm': 'a file\n' });
    const blocked = await repo.runMm(['init']);
    assert.is(blocked.code, 2);
    assert.match(blocked.stderr, /no folder/);
    assert.is(repo.read('.mm'), 'a file\n');
  }));

test('what init writes as a comment is right too, whatever is installed', () =>
  withRepo(async (repo) => {
    for (const [agents, parent] of [
      [[], 'execute'],
      [['codex', 'gemini'], 'isolated'],
      [['claude', 'gemini', 'codex'], 'prompt'],
    ] as const) {
      for (const name of ['claude', 'gemini', 'codex']) repo.removeTool(name);
      for (const name of agents) repo.installAgent(name, SILENT);
      repo.write({ '.mm': null });
      assert.is((await repo.runMm(['init', parent])).code, 0);
      const file = `.mm/${parent}.yaml`;
      const text = repo.read(file);
      const live = text.replace(/^# (?=(slots|gates|timeout|notify|set): ?|( {2}\S+: .*$))/gm, '');
      assert.not.equal(live, text);
      assert.match(live, /^gates:$/m);
      repo.write({ [file]: live });
      const checked = await repo.runMm(['check', file]);
      assert.is(checked.code, 0, `${checked.stderr}\n${live}`);
    }
  }));

test('init makes nothing of a recipe that is none for repositories', () =>
  withRepo(async (repo) => {
    for (const [name, says] of [
      ['demo', /Name one of: ask, combine, execute/],
      ['gates', /Name one of: ask, combine, execute/],
      ['exceute', /Did you mean this\?\n +mm init execute\n/],
    ] as const) {
      const done = await repo.runMm(['init', name]);
      assert.is(done.code, 2, name);
      assert.match(done.stderr, says);
    }
    assert.not.ok(repo.has('.mm'));
  }));

test('a recipe that is not committed yet is there again for resume, though it was put aside', () =>
  withRepo({ files: FILES }, async (repo) => {
    repo.installAgent('claude', { implement: 'if once first; then mark started; wait_for never; fi\nput b.txt b' });
    repo.write({ 'AGENTS.md': '```mm-gates\ntests: test -e b.txt || test "$MM_SLOT" = base\n```\n' });
    repo.commit('gates');
    assert.is((await repo.runMm(['init'])).code, 0);
    const written = repo.read('.mm/execute.yaml');
    const started = repo.startMm(['.mm/execute.yaml', 'Write b', '--headless', '--yes']);
    await repo.reached('started');
    assert.not.ok(repo.has('.mm/execute.yaml'));
    process.kill(started.pid, 'SIGKILL');
    await started.exit;
    const resumed = await repo.runMm(['resume', '--headless', '--yes']);
    assert.is(resumed.code, 0, resumed.stderr);
    assert.equal([repo.read('b.txt'), repo.read('.mm/execute.yaml')], ['b\n', written]);
  }));

test('a misspelt command or recipe gets the nearest right word', () =>
  withRepo(async (repo) => {
    for (const [typed, meant] of [
      [['chekc', 'execute'], 'mm check'],
      [['exceute', 'a task'], 'mm execute'],
      [['recipes/isolatd.yaml', 'a task'], 'mm isolated'],
      [['sesions'], 'mm sessions'],
    ] as const) {
      const done = await repo.runMm(typed);
      assert.is(done.code, 2);
      assert.match(done.stderr, new RegExp(`Did you mean this\\?\\n +${meant}\\n`), typed.join(' '));
    }
    assert.match((await repo.runMm(['execute', 'x', '--pases', '2'])).stderr, /Did you mean --passes\?/);
    repo.installAgent('claude', SILENT);
    assert.match((await repo.runMm(['execute', 'x', '--only', 'cluade'])).stderr, /Did you mean claude\?/);
  }));

test.run();
