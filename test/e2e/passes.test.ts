// Further passes: asked for, fresh, with what the pass before gave; none that would repeat a solved result.
// deadline: 600
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, inSession, withCrew } from '../support/crew.ts';
import { withTerminal } from '../support/terminal.ts';

const TASK = [EXECUTE[0], 'x2 Write greetings'] as const;

/** What a model finds where it begins. */
const LOOK =
  'say "found: $(ls src | tr "\\n" " ")"\nsay "branch: $(git branch --show-current)"\nsay "dirty: $(git status --porcelain | wc -l | tr -d " ")"';

test('a second pass runs all models again in fresh places with the synthesis before; its plan is what is applied [P1, P2, P3]', () =>
  withCrew(
    {
      codex: null,
      claude: {
        implement: `${LOOK}\nput src/a.txt "BROKEN a"\nput src/first.txt "first"`,
        implement_2: `${LOOK}\nput src/a.txt "a, BEST"`,
        compare: 'prefer BEST',
      },
      gemini: {
        implement: `${LOOK}\nput src/b.txt "BROKEN b"`,
        implement_2: `${LOOK}\nput src/b.txt "b, BEST"`,
      },
    },
    async (repo) => {
      repo.write({ 'notes.txt': 'mine\n' });
      const before = repo.state();
      const result = await repo.runMm([...TASK, '--headless', '--yes'], { deadline: 170_000 });
      assert.is(result.code, 0, result.stderr);
      const { session } = result;
      assert.equal([session.pass_count, session.completed_passes, session.passes.length], [2, 2, 2]);
      assert.equal(
        eventsOfType(result, 'pass_complete').map(({ pass }) => pass),
        [1, 2],
      );
      assert.match(result.stderr, /Pass 2 of 2 runs all models again, which costs tokens/);
      const asked = repo.calls().filter(({ step }) => step === 'implement');
      assert.equal(asked.map(({ slot, pass }) => `${slot} ${pass}`).sort(), [
        'claude 1',
        'claude 2',
        'gemini 1',
        'gemini 2',
      ]);

      const output = (slot: string, pass: number) => inSession(result, `pass-000${pass}/outputs/${slot}.md`);
      for (const slot of ['claude', 'gemini'])
        for (const pass of [1, 2])
          assert.match(output(slot, pass), /^found: a\.txt b\.txt \n[\s\S]*dirty: 0$/m, `${slot} ${pass}`);
      const branch = (pass: number) => /branch: (mm\/gemini\/\d{8}-\d{6})/.exec(output('gemini', pass))?.[1];
      assert.ok(branch(1) !== undefined && branch(2) !== undefined && branch(1) !== branch(2));

      const refine = inSession(result, 'pass-0002/prompt.md');
      assert.is(repo.calls('gemini').find(({ pass }) => pass === '2')?.stdin, refine);
      assert.not.equal(refine, inSession(result, 'pass-0001/prompt.md'));
      for (const words of [
        'Task: Write greetings',
        '## The earlier result',
        'src/a.txt',
        'src/b.txt',
        'found what is broken',
        'Write in lower case',
      ])
        assert.ok(refine.includes(words), words);
      for (const file of [
        'pass-0002/synthesis.md',
        'pass-0002/quality-gates.md',
        'pass-0002/diffs/gemini.diff',
        'pass-0002/files/claude/src/a.txt',
        'pass-0002/stderr/claude.txt',
      ])
        assert.type(inSession(result, file), 'string');

      assert.equal(
        [repo.read('src/a.txt'), repo.read('src/b.txt'), repo.read('notes.txt')],
        ['a, BEST\n', 'b, BEST\n', 'mine\n'],
      );
      assert.equal(session.result.tree, session.passes[1].plan.tree);
      const after = repo.state();
      assert.equal(
        [after.refs, after.worktrees, after.neighbours, after.stashes],
        [before.refs, before.worktrees, before.neighbours, before.stashes],
      );
    },
  ));

test('at a terminal a further pass is asked for, with a warning of what it costs; a no keeps the plan there is [P1]', () =>
  withCrew(
    {
      codex: null,
      claude: { implement: 'put src/a.txt "BROKEN a"\nsay done' },
      gemini: { implement: 'put src/b.txt "BROKEN b"\nsay done' },
    },
    async (repo) => {
      await withTerminal(repo, TASK, { cols: 120, rows: 45 }, async (terminal) => {
        await terminal.waitFor(/2 — multipass \(Recommended\)/);
        terminal.press('Enter');
        await terminal.waitFor(/Timeout for external model commands/);
        terminal.press('Enter');
        await terminal.waitFor(/Pass 2 of 2 runs all models again, which costs tokens[\s\S]*y yes/);
        terminal.type('n');
        await terminal.waitFor(/❯ Accept/);
        assert.equal(
          repo
            .calls()
            .filter(({ step }) => step === 'implement')
            .map(({ pass }) => pass),
          ['1', '1'],
        );
        terminal.press('C-c');
        const ended = await terminal.exit();
        assert.is(ended.code, 130);
        assert.match(inSession(ended, 'report.html'), /class="status interrupted"/);
        assert.equal([ended.session.pass_count, ended.session.completed_passes], [2, 1]);
      });
      assert.is(repo.git('status', '--porcelain'), '');
    },
  ));

test('another pass can be asked for in the review; it asks first, and its plan comes up for review [P1, A6]', () =>
  withCrew(
    {
      codex: null,
      claude: { implement: 'put src/a.txt "BROKEN a"', implement_2: 'put src/a.txt "a, BEST"', compare: 'prefer BEST' },
      gemini: { implement: 'put src/b.txt "BROKEN b"', implement_2: 'put src/b.txt "b, BEST"' },
    },
    async (repo) => {
      await withTerminal(
        repo,
        [EXECUTE[0], 'timeout:60 Write greetings'],
        { cols: 120, rows: 45 },
        async (terminal) => {
          await terminal.waitFor(/1 — single pass \(Recommended\)/);
          terminal.press('Enter');
          await terminal.choose('Start another pass');
          await terminal.waitFor(/Pass 2 of 2 runs all models again[\s\S]*y yes/);
          terminal.type('y');
          await terminal.waitFor(/pass 2[\s\S]*❯ Accept/i);
          terminal.press('Enter');
          const ended = await terminal.exit();
          assert.equal([ended.session.pass_count, ended.session.completed_passes], [2, 2]);
          assert.is(ended.session.status, 'completed');
        },
      );
      assert.match(repo.read('src/a.txt').toString(), /a, BEST/);
    },
  ));

test.run();
