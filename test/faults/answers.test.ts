// Hostile answers and names: 10,000 judge answers, file names, stderr lines and task texts through the whole way from
// reading to applying and telling. Nothing is written outside the tree, nothing crashes, nothing runs, and no control
// character reaches a terminal. `MM_SEED=…` repeats a run.
// deadline: 600
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compose } from '../../lib/candidate/compose-trees.ts';
import { foldPath, isSafePath } from '../../lib/candidate/safe-path.ts';
import { openStore } from '../../lib/candidate/store.ts';
import type { Backend, FailureRule } from '../../lib/core/backend.ts';
import type { Trigger } from '../../lib/core/recipe.ts';
import { readJudgeAnswer } from '../../lib/evidence/judge-answer.ts';
import { classify } from '../../lib/model/classify.ts';
import { explain } from '../../lib/model/explain.ts';
import { render } from '../../lib/recipe/template.ts';
import { readTriggers } from '../../lib/recipe/triggers.ts';
import { applyPlan, planApply, undoApply } from '../../lib/repository/apply-result.ts';
import { inspectRepository } from '../../lib/repository/inspect.ts';
import { fenced } from '../../lib/steps/fenced.ts';
import { renderMarkdown } from '../../lib/view/markdown.ts';
import { plainPaint } from '../../lib/view/paint.ts';
import { logLine } from '../../lib/view/plain.ts';
import { html, scriptJson } from '../../lib/view/report/html.ts';
import { saidLine } from '../../lib/view/text.ts';
import { hashes } from '../support/picture.ts';
import { type Repo, withRepo } from '../support/repo.ts';
import { answer, name, text } from './hostile-text.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';

const MANY = 10_000;
const PATHS = ['src/a.txt', 'src/b.txt', '__proto__', 'ü "quoted"'];
const LETTERS = ['A', 'B'];

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/;

/** Whether it may be shown on a terminal; characters beyond the basic plane are not halves of pairs. */
const shown = (said: string, what: string) =>
  assert.not.match(
    [...said].filter((character) => character.length === 1).join(''),
    CONTROL,
    `${what}: ${JSON.stringify(said)}`,
  );

test(`${MANY} judge answers: only captured paths, known letters and whole ratings get through [S3, A4]`, () => {
  const random = randomFrom(seed);
  let good = 0;
  for (let n = 0; n < MANY; n++) {
    const said = answer(random, PATHS);
    const { answer: read, mistakes } = readJudgeAnswer(said, PATHS, LETTERS);
    const told = `${seed}/${n}: ${JSON.stringify(said)}`;
    assert.ok((read === null) === mistakes.length > 0, told);
    assert.ok(mistakes.length <= 20, told);
    for (const mistake of mistakes) shown(mistake, told);
    if (read === null) continue;
    good++;
    for (const { path, best, ratings } of read.files) {
      assert.ok(PATHS.includes(path), told);
      assert.ok([...LETTERS, 'base'].includes(best), told);
      for (const [letter, rated] of ratings) {
        assert.ok([...LETTERS, 'base'].includes(letter), told);
        for (const value of Object.values(rated)) assert.ok(Number.isInteger(value) && value >= 1 && value <= 5, told);
      }
    }
  }
  console.log(`${MANY} answers, ${good} of them usable`);
  assert.ok(good > 100 && good < MANY, 'some are usable and some are not');
});

const BACKEND = { cli: 'model', login: { how: null } } as unknown as Backend;
const RULES = [
  { class: 'auth', output: 'log ?in', exit: null, retry: null, next: 'backend', ask: null },
  { class: 'crash', output: null, exit: null, retry: null, next: null, ask: null },
] as unknown as readonly FailureRule[];
const TRIGGERS: Readonly<Record<string, readonly Trigger[]>> = {
  passes: [
    { match: '\\bmultipass\\b', value: 2 } as Trigger,
    { match: '\\bx([2-9]|[1-9]\\d+)\\b', value: '$1', max: 5 } as unknown as Trigger,
  ],
};

test(`${MANY} task texts and stderr lines: told without control characters, inserted once, fenced [S3, S4, T1]`, () => {
  const random = randomFrom(seed + 1);
  for (let n = 0; n < MANY; n++) {
    const task = text(random, 8);
    const stderr = `${text(random, 8)}\n${text(random)}`;
    const { values } = readTriggers(task, TRIGGERS);
    assert.ok(values.passes === undefined || Number(values.passes) <= 5, JSON.stringify(task));
    assert.is(
      render('<${task}>', (path) => (path === 'task' ? task : 'looked up again')),
      `<${task}>`,
    );
    const { failure } = classify({ ended: 'exit', exitCode: 1, didSomething: false, output: stderr }, RULES);
    const why = explain(failure ?? 'crash', BACKEND, { exitCode: 1, signal: null, detail: null }, 1000, {
      stdout: '',
      stderr,
      error: null,
    });
    shown(logLine({ audience: 'always', tone: 'bad', who: task, text: why }, '0:01', plainPaint), 'a line of a log');
    shown(saidLine(stderr), 'what a model last said');
    shown(
      renderMarkdown(
        `# Report\n\n**Task**: ${task}\n\n| File | Why |\n| --- | --- |\n| ${task} | ${stderr} |\n\n${fenced(stderr)}\n`,
        80,
        plainPaint,
      ),
      'a report',
    );
    const markup = html`<td title="${task}">${stderr}</td>`.text;
    assert.not.match(markup.replace(/^<td title="|">|<\/td>$/g, ''), /[<>"']/, markup);
    assert.not.match(scriptJson({ task, stderr }), /[<>]/);
    const block = fenced(stderr, 'diff').split('\n');
    const fence = /^`+/.exec(block[0] ?? '')?.[0] ?? '';
    assert.is(
      block.findIndex((line, at) => at > 0 && line.startsWith(fence)),
      block.length - 1,
      'nothing within closes the fence',
    );
  }
});

test(`${MANY} file names: what could leave the tree or reach .git never passes [S3]`, () => {
  const random = randomFrom(seed + 2);
  for (let n = 0; n < MANY; n++) {
    const path = name(random);
    if (!isSafePath(path)) continue;
    const parts = path.split('/');
    const told = JSON.stringify(path);
    assert.ok(
      parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/^\.git[ .]*$/i.test(part)),
      told,
    );
    assert.not.match(path, /\0/, told);
    assert.ok(join('/top', path).startsWith('/top/'), told);
  }
});

test('trees with such names: composed and applied within the tree or refused, then taken out again [S3, Y2]', () =>
  withRepo({ files: { 'src/a.txt': 'a\n', 'src/b.txt': 'b\n', 'README.md': '# x\n' } }, async (repo) => {
    const random = randomFrom(seed + 3);
    Object.assign(process.env, {
      HOME: repo.home,
      GIT_CONFIG_NOSYSTEM: '1',
      XDG_CONFIG_HOME: join(repo.home, '.config'),
    });
    const outside = join(repo.root, 'work', 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'file'), 'theirs\n');
    const all = () =>
      hashes(repo.root, (path) => !/^(bin|log|tmp|sessions|home)$/.test(path) && !path.includes('.git/objects'));
    const before = all();
    const inspected = await inspectRepository(repo.dir);
    assert.ok(inspected.ok);
    const repository = inspected.value;
    const session = join(repo.sessions, 'one');
    mkdirSync(session, { recursive: true });
    const store = await openStore({ sessionDir: session, repository: repo.dir, base: 'HEAD' });
    let applied = 0;
    let refused = 0;
    for (let n = 0; n < 40; n++) {
      const safe = n % 2 === 0;
      const names = Array.from({ length: 40 }, () => name(random)).filter(
        (path) => !/[\0\ud800-\udfff]/.test(path) && path !== '' && (!safe || fits(path)),
      );
      const tree = treeOf(repo, unclashing(names, safe), random() < 0.2 ? '120000' : '100644');
      const told = `${seed}/${n}`;
      const composed = await compose(
        store,
        store.baseTree,
        names.map((path) => ({ path, tree })),
      );
      if (composed.ok) assert.ok(names.every(isSafePath), told);
      const plan = await planApply({
        repository,
        store,
        base: store.baseTree,
        result: tree,
        dir: join(session, `apply-${n}`),
        onConflict: pick(random, ['stop', 'result']),
      });
      if (plan.ok) {
        const done = await applyPlan(plan.value.record);
        if (done.ok) applied++;
        const undone = await undoApply(plan.value.record);
        assert.ok(undone.ok, told);
      } else {
        refused++;
        assert.ok(plan.failure.remedy.length >= 0);
      }
      assert.equal(all(), before, `${told}: everything is as it was`);
    }
    console.log(`40 trees, ${applied} applied and taken out again, ${refused} refused`);
    assert.ok(applied >= 8 && refused >= 8, `${applied} applied, ${refused} refused`);
    assert.not.ok(
      [repo.dir, outside, process.cwd()].some((folder) => readdirSync(folder).includes('owned')),
      'nothing has run',
    );
    assert.not.ok(existsSync(join(repo.root, 'owned')));
  }));

/** Names that a disk takes, and that the rules let through. */
const fits = (path: string): boolean =>
  isSafePath(path) && path.split('/').every((part) => Buffer.byteLength(part) < 200);

/** Without those that are folders of others. */
function unclashing(paths: readonly string[], safe: boolean): readonly string[] {
  const kept: string[] = [];
  const taken = new Set(['SRC', 'README.MD']);
  for (const path of new Set(paths)) {
    const folds = path.split('/').map((_, at, parts) => foldPath(parts.slice(0, at + 1).join('/')));
    if (safe && folds.some((fold) => taken.has(fold))) continue;
    kept.push(path);
    if (safe) for (const fold of folds) taken.add(fold);
  }
  return kept;
}

type Folder = Map<string, Folder | null>;

/** A tree object with exactly these names, however bad: `git mktree` does not look at them. */
function treeOf(repo: Repo, paths: readonly string[], mode: string): string {
  const blob = repo.git('rev-parse', 'HEAD:src/a.txt');
  const top: Folder = new Map();
  for (const path of paths) {
    const parts = path.split('/').filter((part) => part !== '');
    let folder = top;
    for (const [at, part] of parts.entries()) {
      const there = folder.get(part);
      if (at === parts.length - 1) {
        if (there === undefined) folder.set(part, null);
      } else if (there === null) break;
      else {
        const next: Folder = there ?? new Map();
        folder.set(part, next);
        folder = next;
      }
    }
  }
  const write = (folder: Folder): string => {
    const lines = [...folder].map(([part, inner]) =>
      inner === null || inner.size === 0 ? `${mode} blob ${blob}\t${part}\0` : `040000 tree ${write(inner)}\t${part}\0`,
    );
    return execFileSync('git', ['mktree', '-z'], {
      cwd: repo.dir,
      env: { ...repo.env },
      input: lines.join(''),
      encoding: 'utf8',
    }).trim();
  };
  for (const entry of repo.git('ls-tree', 'HEAD').split('\n')) {
    const [, , rest = ''] = entry.split(' ');
    const [, part = ''] = rest.split('\t');
    if (part === 'README.md' && !top.has(part)) top.set(part, null);
  }
  return write(top);
}

test.run();
