// The result is gated where it lies: in the user's own tree, with the user's own environment, before it is called complete.
// deadline: 900
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, withCrew } from '../support/crew.ts';
import type { Picture } from '../support/picture.ts';
import type { Repo } from '../support/repo.ts';
import { type Terminal, withTerminal } from '../support/terminal.ts';
import { waitUntil } from '../support/wait.ts';

const ISOLATED = ['recipes/isolated.yaml', ...EXECUTE.slice(1)] as const;

/** A file that git ignores, and that only the user's tree has, is what the gate fails on together with the result. */
const ONLY_IN_TREE = {
  '.gitignore': 'local.cfg\nseen\n',
  'check.sh': `if grep -rn BROKEN src; then exit 1; fi
if [ -f local.cfg ] && grep -q BEST src/b.txt; then echo "local.cfg forbids BEST"; exit 1; fi
`,
};

/** Stops where the result is checked in the user's tree, until it is let go. */
const HELD = {
  'check.sh': `if [ "$MM_SLOT" = your_tree ]; then
  echo left >left.txt
  : >"$TEST_LOG/verifying"
  while [ ! -e "$TEST_LOG/go" ]; do [ -d "$TEST_LOG" ] || exit 1; sleep 0.02; done
fi
`,
};

/** Staged and unstaged changes in one file, a deletion and a new file. */
function makeDirty(repo: Repo): void {
  repo.write({ 'README.md': '# Staged\n', 'staged.txt': 'staged\n' });
  repo.git('add', 'README.md', 'staged.txt');
  repo.write({ 'README.md': '# Staged\nand more\n', 'AGENTS.md': null, 'notes/mine.txt': 'mine\n' });
}

/** The gates are named, so that they hold without AGENTS.md, too. */
const TESTS = ['--set', 'gates.tests.run=sh check.sh'];

const RESULT = ['src/a.txt', 'src/b.txt', 'src/c.txt'];
const besideResult = ({ files, index, stashes, head, status }: Picture) => ({
  files: Object.fromEntries(Object.entries(files).filter(([path]) => !RESULT.includes(path))),
  index,
  stashes,
  head,
  status: status.split('\n').filter((line) => !RESULT.some((path) => line.includes(path))),
});

for (const [name, recipe] of [
  ['execute', EXECUTE],
  ['isolated', ISOLATED],
] as const)
  test(`Ctrl-C while the result is checked in the tree puts everything back (${name}) [Y5, Y6]`, () =>
    withCrew({ files: HELD, codex: null }, async (repo) => {
      makeDirty(repo);
      const before = repo.state();
      const env = { TEST_LOG: repo.log };
      const started = repo.startMm([...recipe, ...TESTS], { env, deadline: 150_000 });
      await waitUntil('the gates in the tree', () => existsSync(join(repo.log, 'verifying')) || null);
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      started.kill('SIGINT');
      const result = await started.exit;
      assert.is(result.code, 130, result.stderr);
      assert.is(result.session.status, 'interrupted');
      assert.is(result.session.result, null);
      const { files, status, ...rest } = repo.state();
      const { files: were, status: was, ...others } = before;
      assert.equal(rest, others);
      const { 'left.txt': left, ...still } = files;
      assert.equal(still, were);
      // in a tree that the user goes on with, it can't be known whose it is; it is told
      assert.is(left !== undefined, name === 'isolated');
      if (name === 'execute') assert.is(status, was);
      else assert.match(result.stderr, /written there: left\.txt/);
    }));

test('a run that is killed while the result is checked in the tree is put right by recover, and goes on [Y5, Y6]', () =>
  withCrew({ files: HELD, codex: null }, async (repo) => {
    makeDirty(repo);
    const before = repo.state();
    const env = { TEST_LOG: repo.log };
    const started = repo.startMm([...EXECUTE, ...TESTS], { env, deadline: 150_000 });
    await waitUntil('the gates in the tree', () => existsSync(join(repo.log, 'verifying')) || null);
    assert.is(repo.has('notes/mine.txt'), false);
    started.kill('SIGKILL');
    const killed = await started.exit;
    assert.is(killed.session.status, 'in_progress');
    const recovered = await repo.runMm(['recover']);
    assert.is(recovered.code, 0, recovered.stderr);
    assert.equal(besideResult(repo.state()), besideResult(before));
    assert.equal(repo.state().files, before.files);

    repo.release('go');
    const resumed = await repo.runMm(['resume', '--headless', '--yes'], { env, deadline: 150_000 });
    assert.is(resumed.code, 0, resumed.stderr);
    assert.equal(resumed.session.result.verified.gates, { tests: 'pass' });
    assert.equal(besideResult(repo.state()), besideResult(before));
    assert.is(repo.calls('claude').filter(({ step }) => step === 'implement').length, 1);
  }));

/** A run at a terminal, at the question what becomes of a result that fails in the tree. */
const failing = (
  agents: Parameters<typeof withCrew>[0],
  work: (repo: Repo, terminal: Terminal, before: Picture) => Promise<void>,
) =>
  withCrew(
    {
      files: ONLY_IN_TREE,
      codex: null,
      ...agents,
      claude: { implement: 'put src/a.txt "a, BEST"\nsay done', compare: 'prefer BEST', ...(agents.claude as object) },
    },
    async (repo) => {
      repo.write({ 'local.cfg': 'x\n' });
      makeDirty(repo);
      const before = repo.state();
      await withTerminal(
        repo,
        [EXECUTE[0], 'timeout:60 Write greetings', ...TESTS],
        { cols: 120, rows: 50 },
        async (terminal) => {
          await terminal.waitFor(/1 — single pass \(Recommended\)/);
          terminal.press('Enter');
          await terminal.waitFor(/❯ Accept/);
          terminal.press('Enter');
          await terminal.waitFor(/❯ Take it out again/);
          await work(repo, terminal, before);
        },
      );
    },
  );

test('at a terminal: taken out again, the tree is as it was [Y4]', () =>
  failing({}, async (repo, terminal, before) => {
    assert.match(terminal.screen(), /fails in your own tree/);
    terminal.press('Enter');
    const ended = await terminal.exit();
    assert.is(ended.code, 3);
    assert.equal([ended.session.status, ended.session.result], ['declined', null]);
    assert.equal(besideResult(repo.state()), besideResult(before));
    assert.equal(repo.state().files, before.files);
  }));

for (const keys of [['Down', 'Enter'], ['Escape']])
  test(`at a terminal: kept as it is, not complete (${keys.join()}) [Y4]`, () =>
    failing({}, async (repo, terminal, before) => {
      terminal.press(...keys);
      const ended = await terminal.exit();
      assert.is(ended.code, 1);
      assert.is(ended.session.status, 'failed');
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      assert.equal(besideResult(repo.state()), besideResult(before));
    }));

test('at a terminal: mended with what failed there, applied and checked again, as often as the recipe allows [Y4]', () =>
  failing(
    {
      claude: {
        integrate:
          'grep -q "local.cfg forbids BEST" "$PROMPT_FILE" || return 0\nif once first; then put src/b.txt "b, BEST still"; else put src/b.txt "b, mended"; fi\nsay mended',
      },
    },
    async (repo, terminal, before) => {
      terminal.press('Down', 'Down', 'Enter');
      await waitUntil('what was mended', () => (repo.read('src/b.txt') === 'b, BEST still\n' ? true : null));
      await terminal.waitFor(/❯ Take it out again/);
      terminal.press('Down', 'Down', 'Enter');
      const ended = await terminal.exit();
      assert.is(ended.code, 0, terminal.screen({ history: true }));
      assert.is(ended.session.status, 'completed');
      assert.equal(ended.session.result.verified, { place: 'tree', gates: { tests: 'pass' }, own: [] });
      assert.is(repo.read('src/b.txt'), 'b, mended\n');
      assert.equal(besideResult(repo.state()), besideResult(before));
    },
  ));

test('a run that is gone on with shows its report from the review [A6]', () =>
  withCrew({ codex: null }, async (repo) => {
    const window = { cols: 120, rows: 50 };
    await withTerminal(repo, [EXECUTE[0], 'timeout:60 Write greetings'], window, async (terminal) => {
      await terminal.waitFor(/1 — single pass \(Recommended\)/);
      terminal.press('Enter');
      await terminal.waitFor(/❯ Accept/);
      terminal.press('C-c');
      assert.is((await terminal.exit()).code, 130);
    });
    await withTerminal(repo, ['resume'], window, async (terminal) => {
      await terminal.choose('Open the report');
      await terminal.waitFor(/report\.html/);
      await terminal.waitFor(/❯ (Accept|Open)/);
      terminal.press('C-c');
      assert.is((await terminal.exit()).code, 130);
    });
  }));

test.run();
