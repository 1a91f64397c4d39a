// The bench of real patches on a small task of our own: it runs, goes on where it was interrupted, and names what it can't run.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { answer, likings } from '../bench/real/judge.ts';
import { readRun } from '../bench/real/outcome.ts';
import { nodePath, PROJECT } from '../support/paths.ts';
import { type Repo, withRepo } from '../support/repo.ts';
import { runProcess } from '../support/start-process.ts';

const PYTHON = '#!/bin/sh\n[ "$1" = -c ] || exec sh "$1"\n';
const HELD_OUT = 'echo Ran 1 test\ngrep -q right value.txt || { echo FAIL: value; exit 1; }\n';

const patch = (repo: Repo, path: string, text: string) => {
  repo.write({ [path]: text });
  repo.git('add', '-A');
  const made = repo.git('diff', '--cached', '--binary');
  repo.git('reset', '-q', '--hard');
  return `${made}\n`;
};

/** A folder of one good task, a mirror and a Python; gives how to run the bench on it. */
function scene(repo: Repo) {
  const at = (...names: string[]) => join(repo.root, 'real', ...names);
  const task = {
    id: 'good',
    repo: 'owner/thing',
    base_commit: repo.git('rev-parse', 'HEAD'),
    python: '3.0',
    kind: 'unittest',
    models: { 'model-a': {}, 'model-b': {} },
    visible: 'echo Ran 1 test',
    heldout: '$PYTHON check.sh',
    heldout_files: ['check.sh'],
  };
  for (const folder of ['data/tasks/good', 'mirrors', 'libraries', 'pythons/3.0.1/bin'])
    mkdirSync(at(folder), { recursive: true });
  cpSync(join(repo.dir, '.git'), at('mirrors/thing.git'), { recursive: true });
  writeFileSync(at('pythons/3.0.1/bin/python'), PYTHON, { mode: 0o755 });
  const files = {
    'task.md': 'Set the value.',
    'task.json': JSON.stringify(task),
    'gold.patch': patch(repo, 'value.txt', 'the right value\n'),
    'model-a.diff': patch(repo, 'value.txt', 'some other value, told at length\n'),
    'model-b.diff': patch(repo, 'value.txt', 'what is right, told at length\n'),
    'heldout.patch': patch(repo, 'check.sh', HELD_OUT),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(at('data/tasks/good', name), text);
  /** A task that is like the good one but for what `change` says of its task.json, and without a file. */
  const bad = (id: string, change: object | string, without = '') => {
    cpSync(at('data/tasks/good'), at('data/tasks', id), { recursive: true });
    const text = typeof change === 'string' ? change : JSON.stringify({ ...task, id, ...change });
    writeFileSync(at('data/tasks', id, 'task.json'), text);
    rmSync(at('data/tasks', id, without || 'none'), { force: true });
  };
  const run = async (...args: string[]) => {
    const tsx = join(PROJECT, 'node_modules/tsx/dist/cli.mjs');
    const folders = {
      data: at('data'),
      mirror: at('mirrors'),
      libraries: at('libraries'),
      pythons: at('pythons'),
      work: at('work'),
    };
    const options = Object.entries(folders).flatMap(([name, folder]) => [`--${name}`, folder]);
    const command = [nodePath(), tsx, join(PROJECT, 'test/bench/real/index.ts'), ...args, ...options] as const;
    const ended = await runProcess(command as unknown as [string, ...string[]], { env: repo.env, deadline: 400_000 });
    return { ...ended, last: ended.code === 0 ? JSON.parse(ended.stdout.trimEnd().split('\n').at(-1)!) : null };
  };
  const results = () =>
    readdirSync(at('work')).flatMap((name) => (name.endsWith('.jsonl') ? readFileSync(at('work', name), 'utf8') : []));
  return { at, bad, run, results };
}

test('a right judge is followed; what is known is not run again', () =>
  withRepo(async (repo) => {
    const { run, results } = scene(repo);
    const first = await run('whole', '--judge', 'right');
    const figures = { tasks: 1, ours: 1, best_single: 1, random: 0.5, oracle: 1, run: 1, skipped: 0 };
    assert.equal({ ...first.last, ...figures }, first.last, first.stderr);
    const before = results();
    assert.is(before.length, 1);
    assert.equal((await run('whole', '--judge', 'right')).last, first.last);
    assert.equal(results(), before);
  }));

test('each task that can not be run is named with the reason, and counted', () =>
  withRepo(async (repo) => {
    const { at, bad, run } = scene(repo);
    rmSync(at('data/tasks/good/model-b.diff'));
    bad('broken', '{');
    bad('commit', { base_commit: '1'.repeat(40) }, '');
    bad('kind', { kind: 'jest' });
    bad('mirror', { repo: 'owner/other' });
    bad('python', { python: '3.99' });
    bad('visible', { visible: undefined });
    for (const id of ['broken', 'commit', 'kind', 'mirror', 'python', 'visible'])
      cpSync(at('data/tasks/good/model-a.diff'), at('data/tasks', id, 'model-b.diff'));
    const { last, stderr } = await run('whole');
    assert.equal([last.run, last.skipped], [0, 7], stderr);
    for (const why of [
      'good: there is no model-b.diff',
      'broken: task.json is no JSON',
      `thing.git does not have the commit ${'1'.repeat(40)}`,
      'kind: task.json: "kind" is unittest or sympy, not jest',
      `mirror: there is no ${at('mirrors/other.git')}`,
      `python: there is no Python 3.99 in ${at('pythons')} or on PATH`,
      'visible: task.json needs "visible", a text',
    ])
      assert.match(stderr, why);
  }));

test('without a folder, or with a judge that there is not, nothing is begun', () =>
  withRepo(async (repo) => {
    const { at, run } = scene(repo);
    const unknown = await run('whole', '--judge', 'wise');
    assert.equal([unknown.code, unknown.stderr.trim()], [2, '--judge is one of none, first, right, wrong.']);
    rmSync(at('data/tasks'), { recursive: true });
    const empty = await run('whole');
    assert.equal(
      [empty.code, empty.stderr.trim()],
      [2, `There is no ${at('data/tasks')}: name the folder that holds tasks/ by --data.`],
    );
  }));

test('held-out runs are read: how many ran, who failed, and whether it broke off', () => {
  const django =
    'FAIL: test_a (app.tests.Case)\nERROR: test_b (app.tests.Case)\nRan 27 tests in 0.1s\n\nFAILED (failures=1, errors=1)';
  assert.equal(readRun('unittest', django), { ran: 27, fails: ['test_a (app.tests.Case)', 'test_b (app.tests.Case)'] });
  assert.equal(readRun('unittest', 'ImportError: no module'), { ran: null, fails: [] });
  const sympy =
    '___ sympy/core/tests/test_x.py:test_a ___\n=== tests finished: 70 passed, 1 failed, 2 skipped, in 1 seconds ===';
  assert.equal(readRun('sympy', sympy), { ran: 71, fails: ['sympy/core/tests/test_x.py:test_a'] });
});

test('the scripted judge knows a candidate by lines that no other wrote', () => {
  const prompt =
    '## Files to judge\n\n- a.txt\n\n## Candidate A\n\n+both\n+bad one\n\n## Candidate B\n\n+both\n+good one\n';
  const best = (kind: string) => {
    const said = JSON.parse(answer(prompt, { kind, wanted: [['both', 'good one']], others: ['both', 'bad one'] }));
    return said.files.map((file: { path: string; best: string }) => [file.path, file.best]);
  };
  assert.equal(best('right'), [['a.txt', 'B']]);
  assert.equal(best('first'), [['a.txt', 'A']]);
  // others that are right are liked as well, by the lines that only they have
  const more = `${prompt}\n## Candidate C\n\n+good two\n+good one too\n`;
  const taste = { kind: 'right', wanted: [['both', 'good one'], ['good two']], others: ['both', 'bad one'] };
  assert.equal([...likings(more, taste).values()], [2, 5, 4]);
});

test.run();
