// Files hunk by hunk: chosen in the review, in a terminal of 80×24, or with `mm pick` when the session has ended. What is
// chosen is put together, proven by the gates, and only then offered; it outlives the process.
// deadline: 600
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withPage } from '../support/browser.ts';
import { EXECUTE, eventsOfType, execute, withCrew } from '../support/crew.ts';
import { type MmResult, newestSession } from '../support/mm.ts';
import { RUN, withFolder } from '../support/plain-folder.ts';
import type { Repo } from '../support/repo.ts';
import { type Terminal, withTerminal } from '../support/terminal.ts';

const LINES = Array.from({ length: 40 }, (_, i) => `line ${i + 1}`);
/** The file with some of its lines changed, by their numbers. */
const list = (changed: Readonly<Record<number, string>> = {}): string =>
  LINES.map((line, i) => `${changed[i + 1] ?? line}\n`).join('');
const put = (text: string): string => `put src/list.txt <<'END'\n${text}END\n`;

const WIDE = '二 of gemini 漢字'.repeat(20);
/** Claude's is proposed; both changed line 2, and each some of their own. */
const CREW = {
  codex: null,
  files: { 'src/list.txt': list() },
  claude: {
    implement: put(list({ 2: 'two of claude, BEST', 12: `twelve ${'long '.repeat(60)}` })),
    compare: 'prefer BEST',
  },
  gemini: { implement: `${put(list({ 2: WIDE, 18: 'eighteen of gemini', 30: 'BROKEN' }))}put src/b.txt "b of gemini"` },
} as const;

/** A run in a terminal, at the question whether to accept the plan; `choose` takes the entry that begins so. */
const reviewing = (
  repo: Repo,
  args: readonly string[],
  work: (terminal: Terminal, choose: (label: string) => Promise<void>) => Promise<void>,
) =>
  withTerminal(repo, args, { cols: 80, rows: 24 }, async (terminal) => {
    if (args[0] !== 'resume' && args[0] !== 'pick') {
      await terminal.waitFor(/1 — single pass \(Recommended\)/);
      terminal.press('Enter');
    }
    await terminal.waitFor(/❯ Accept/);
    await work(terminal, terminal.choose);
  });

const START = [EXECUTE[0], 'timeout:60 Write greetings'];
/** Takes Gemini's hunk of line 18 beside Claude's, and is asked for the next. */
async function takeEighteen(terminal: Terminal, choose: (label: string) => Promise<void>): Promise<void> {
  await choose('Look at a file');
  await choose('src/list.txt');
  await terminal.waitFor(/^ {2}Choose hunk by hunk \(4\)/m);
  await choose('Choose hunk by hunk');
  await choose('3  line 18: as it was');
  await terminal.waitFor(
    /hunk 3 of 4, line 18\n[\s\S]*- line 18\n +Gemini:\n +\+ eighteen of gemini\n[\s\S]*^ {2}Take Gemini's/m,
  );
  await choose("Take Gemini's");
  await terminal.waitFor(/^ {2}3 {2}line 18: Gemini\n❯ 4 {2}line 30: as it was/m);
}

test('in 80×24 a file opens into its hunks; what is chosen is put together, gated and applied, and says of whom it is', () =>
  withCrew(CREW, async (repo) => {
    await reviewing(repo, START, async (terminal, choose) => {
      await takeEighteen(terminal, choose);
      await choose('1  line 2: Claude');
      const screen = await terminal.waitFor(/^❯ Take Claude's +as it is now/m);
      assert.match(screen, /Gemini:\n {4}\+ 二 of gemini 漢字.*…\n/);
      await choose("Take Gemini's");
      await choose('2  line 12: Claude');
      terminal.press('Escape');
      await choose('Done with this file');
      await terminal.waitFor(/1 file from Gemini \+ Claude; the gates run again when you\s+accept/);
      await choose('Accept');
      const ended = await terminal.exit();
      assert.is(ended.code, 0, terminal.screen({ history: true }));
      const { decided_by, files, tree } = ended.session.passes[0].plan;
      assert.equal(
        [decided_by, files.map(({ path, from, why }: Record<string, string>) => [path, from, why])],
        ['user', [['src/list.txt', 'gemini+claude', 'chosen by you: hunks 1, 3 of Gemini, 2 of Claude, 4 as it was']]],
      );
      assert.equal([ended.session.result.tree, ended.session.result.files[0].from], [tree, 'gemini+claude']);
      assert.ok(eventsOfType(ended, 'gate_end').some(({ result }) => result.tree === tree && result.state === 'pass'));
    });
    assert.is(
      repo.read('src/list.txt'),
      list({ 2: WIDE, 12: `twelve ${'long '.repeat(60)}`, 18: 'eighteen of gemini' }),
    );
  }));

test('what fails with a hunk is said, and is not accepted without a yes of its own; the plan can be taken again', () =>
  withCrew(CREW, async (repo) => {
    await reviewing(repo, START, async (terminal, choose) => {
      await takeEighteen(terminal, choose);
      await choose('4  line 30: as it was');
      await choose("Take Gemini's");
      await choose('Done with this file');
      await choose('Accept');
      await terminal.waitFor(/NOT all required gates pass on\s+it/);
      await choose('Accept');
      await terminal.waitFor(/Not all required gates pass on this. Apply it all the same\?/);
      terminal.press('n');
      await choose('Look at a file');
      await choose('src/list.txt');
      await choose("Take Claude's");
      await terminal.waitFor(/1 file from Claude; all required gates pass on it/);
      await choose('Accept');
      assert.is((await terminal.exit()).code, 0, terminal.screen({ history: true }));
    });
    assert.is(repo.read('src/list.txt'), list({ 2: 'two of claude, BEST', 12: `twelve ${'long '.repeat(60)}` }));
  }));

test('killed between a choice and its proof, the run is gone on with at what was chosen, proven', () =>
  withCrew(CREW, async (repo) => {
    await reviewing(repo, START, async (terminal, choose) => {
      await takeEighteen(terminal, choose);
      const { pid } = eventsOfType(newestSession(repo.sessions), 'session_start')[0]!;
      process.kill(pid, 'SIGKILL');
      await terminal.exit();
    });
    const calls = repo.calls().length;
    await reviewing(repo, ['resume'], async (terminal, choose) => {
      await terminal.waitFor(/1 file from Claude \+ Gemini; all required gates pass on it/);
      await choose('Accept');
      const ended = await terminal.exit();
      assert.is(ended.code, 0, terminal.screen({ history: true }));
      assert.is(ended.session.passes[0].chosen, undefined);
    });
    assert.is(repo.calls().length, calls);
    assert.is(
      repo.read('src/list.txt'),
      list({ 2: 'two of claude, BEST', 12: `twelve ${'long '.repeat(60)}`, 18: 'eighteen of gemini' }),
    );
  }));

const pick = (repo: Repo, ...args: readonly string[]): Promise<MmResult> =>
  repo.runMm(['pick', 'latest', ...args], { deadline: 150_000 });

test('`mm pick` takes hunks and files of an ended session, one after the other; without a yes nothing is applied', () =>
  withCrew(CREW, async (repo) => {
    assert.is((await execute(repo)).code, 0);
    const calls = repo.calls().length;
    const offered = await pick(repo, 'src/list.txt#3=gemini');
    assert.is(offered.code, 3, offered.stderr);
    assert.match(
      offered.stderr,
      /src\/list\.txt: of Claude and Gemini \(chosen by you: hunks 1 to 2 of Claude, 3 of Gemini, 4 as it was/,
    );
    assert.match(offered.stderr, /The quality gates on your choice:\s+- tests: pass/i);
    assert.is(repo.git('status', '--porcelain'), '');
    const broken = await pick(repo, 'src/list.txt#4=gemini');
    assert.match(broken.stderr, /- tests: fail/i);
    const picked = await pick(
      repo,
      'src/list.txt#4=base',
      'src/list.txt#1=base',
      'src/b.txt=gemini',
      '--yes',
      '--json',
    );
    assert.is(picked.code, 0, picked.stderr);
    assert.equal(
      JSON.parse(picked.stdout).result.files.map(({ path, from }: Record<string, string>) => [path, from]),
      [
        ['src/b.txt', 'gemini'],
        ['src/list.txt', 'claude+gemini+base'],
      ],
    );
    assert.is(repo.read('src/list.txt'), list({ 12: `twelve ${'long '.repeat(60)}`, 18: 'eighteen of gemini' }));
    const back = await pick(repo, 'src/list.txt=claude', '--yes');
    assert.is(back.code, 0, back.stderr);
    assert.is(repo.read('src/list.txt'), list({ 2: 'two of claude, BEST', 12: `twelve ${'long '.repeat(60)}` }));
    assert.equal([repo.read('src/b.txt'), repo.calls().length], ['b of gemini\n', calls]);
    assert.is((await repo.runMm(['undo'])).code, 0);
    assert.is(repo.git('status', '--porcelain'), '');
  }));

test('in a plain folder, too, what was declined can be picked from', () =>
  withFolder({}, async (repo) => {
    const declined = await repo.runMm(
      RUN.filter((word) => word !== '--yes'),
      { deadline: 150_000 },
    );
    assert.is(declined.code, 3, declined.stderr);
    const words = ['two.md=claude', 'notes/three.md=base', 'one.md#1=gemini'];
    const args = ['pick', declined.session.session_id, ...words, '--yes'];
    const picked = await repo.runMm(args, { deadline: 150_000 });
    assert.is(picked.code, 0, picked.stderr);
    assert.equal(
      ['one.md', 'two.md', 'notes/three.md'].map((path) => repo.read(path)),
      ['one of the second\n', 'two of the first\n', 'three\n'],
    );
  }));

/** Besides, two files that come from one hand. */
const WITH_LOCK = {
  ...CREW,
  files: { ...CREW.files, 'go.mod': 'module x\n', 'go.sum': 'a\n' },
  gemini: { implement: `${CREW.gemini.implement}\nput go.mod "module y"\nput go.sum b` },
};

test("in the report's page hunks are chosen too; the command that it makes does what it shows", () =>
  withCrew(WITH_LOCK, async (repo) => {
    const run = await execute(repo);
    assert.is(run.code, 0, run.stderr);
    const said = await withPage(join(run.sessionDir ?? '', 'report.html'), {}, async ({ page, trouble }) => {
      const file = page.locator('section.file', { hasText: 'list.txt' });
      await file.locator('details.hunks summary').click();
      await file.locator('label', { hasText: 'Hunk 1, line 2' }).locator('select').selectOption('as it was');
      await file.locator('label', { hasText: 'Hunk 3, line 18' }).locator('select').selectOption('Gemini');
      await file.locator('.command button').click();
      const module = page.locator('section.file', { hasText: 'go.mod' });
      await module.locator('details.hunks summary', { hasText: 'Choose another version' }).click();
      await module.locator('p', { hasText: 'It comes from one hand with go.sum, and is taken as a whole.' }).waitFor();
      assert.equal(await module.locator('label', { hasText: 'Hunk' }).count(), 0);
      assert.equal(trouble, []);
      return (await file.locator('.command code').textContent()) ?? '';
    });
    assert.is(said, `mm pick ${run.session.session_id} 'src/list.txt#1=base' 'src/list.txt#3=gemini'`);
    const picked = await repo.runMm([...said.replaceAll("'", '').split(' ').slice(1), '--yes'], { deadline: 150_000 });
    assert.is(picked.code, 0, picked.stderr);
    assert.is(repo.read('src/list.txt'), list({ 12: `twelve ${'long '.repeat(60)}`, 18: 'eighteen of gemini' }));
  }));

test('what can not be picked is refused before anything is touched, and says why', () =>
  withCrew(
    {
      ...CREW,
      files: {
        'src/list.txt': list(),
        'logo.bin': Uint8Array.of(0, 1),
        'old.txt': 'old\n',
        'up.txt': { link: 'old.txt' },
      },
      gemini: {
        implement: `${put(list({ 2: WIDE }))}printf '\\0\\2' >logo.bin; rm old.txt; ln -sf src/b.txt up.txt; put new.txt "new"`,
      },
    },
    async (repo) => {
      const refused = async (words: readonly string[], says: RegExp) => {
        const { code, stderr } = await pick(repo, ...words);
        assert.is(code, 2, stderr);
        assert.match(stderr, says);
      };
      await refused(['src/list.txt#1=gemini'], /no session/i);
      const run = await execute(repo);
      assert.is(run.code, 0, run.stderr);
      await refused([], /what is taken in its plan/);
      await refused(['src/list.txt#1'], /does not say what is taken of whom/);
      await refused(
        ['src/lits.txt=gemini'],
        /no candidate changed a file "src\/lits\.txt"[\s\S]*Did you mean src\/list\.txt\?/,
      );
      await refused(['src/list.txt#9=gemini'], /src\/list\.txt has no hunk 9\.\s+It has 2, 1 to 2/);
      await refused(['src/list.txt#1=gemin'], /Nobody called "gemin" has a version[\s\S]*Did you mean gemini\?/);
      await refused(['src/list.txt#1=base', 'src/list.txt#1=gemini'], /chosen twice/);
      for (const [path, why] of [
        ['logo.bin', 'it is not text'],
        ['old.txt', 'it is deleted as a whole'],
        ['up.txt', 'it is no plain file'],
        ['new.txt', 'it is new'],
      ])
        await refused([`${path}#1=gemini`], new RegExp(`${path} has no hunks to choose among: ${why}`));
      const before = repo.read('src/list.txt');
      writeFileSync(join(repo.dir, 'src/list.txt'), 'edited since\n');
      await refused(['src/list.txt#1=gemini', '--yes'], /have been edited since[\s\S]*mm undo/);
      assert.equal(
        [repo.read('src/list.txt'), before],
        ['edited since\n', list({ 2: 'two of claude, BEST', 12: `twelve ${'long '.repeat(60)}` })],
      );
    },
  ));

test.run();
