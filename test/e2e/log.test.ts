// `mm log`: what a slot's CLI says, as text, afterwards and while it runs.
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, execute, withCrew } from '../support/crew.ts';
import { withTerminal } from '../support/terminal.ts';

const say = (text: string) =>
  `printf '%s\\n' ${`'${JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text }] } })}'`}`;

test('what the CLI says is told while it runs, until the session ends; and as JSON afterwards', () =>
  withCrew(
    {
      codex: null,
      gemini: null,
      claude: {
        implement: `mark began\n${say('I have begun.')}\nwait_for go\nput src/a.txt b\n${say('And \u001b[2J\u202edone.')}`,
      },
    },
    async (repo) => {
      const running = repo.startMm([...EXECUTE]);
      await repo.reached('began');
      const following = repo.startMm(['log', 'claude', '--follow']);
      await following.waitFor(/I have begun\./);
      repo.release('go');
      const result = await running.exit;
      assert.is(result.code, 0, result.stderr);
      const followed = await following.exit;
      assert.equal([followed.code, followed.stderr], [0, '']);
      assert.match(
        followed.stdout,
        /^── implement with claude ──\nI have begun\.\nAnd .*done\.\n── implement with claude: ok after /,
      );
      assert.not.match(followed.stdout, /[\u001b\u202e]/);
      const again = await repo.runMm(['log', basename(result.sessionDir as string), 'claude', '--json']);
      const { lines, slot } = JSON.parse(again.stdout);
      assert.equal([slot, lines[1]], ['claude', 'I have begun.']);
    },
  ));

test('a slot that takes no part is refused, with those that do', () =>
  withCrew({ codex: null, gemini: null, claude: { implement: 'put src/a.txt b' } }, async (repo) => {
    await execute(repo);
    const missing = await repo.runMm(['log']);
    assert.equal([missing.code, missing.stdout], [2, '']);
    assert.match(missing.stderr, /can be listened to: claude/);
    const wrong = await repo.runMm(['log', 'claud']);
    assert.is(wrong.code, 2);
    assert.match(wrong.stderr, /"claud" takes no part[\s\S]*Did you mean claude/);
    assert.is((await repo.runMm(['log', 'a', 'b', 'c'])).code, 2);
  }));

test('Enter opens what a model has said in the pager, and comes back, while the run goes on and asks; Ctrl-C there ends it', () =>
  withCrew(
    {
      codex: null,
      gemini: { implement: 'mark began\nsay "I look around."\nwait_for go\nput src/b.txt "b of gemini"' },
      claude: { implement: `${say('I have begun.')}\nput src/a.txt "a of claude"\nwait_for go` },
    },
    async (repo) => {
      // as `less` does: shows it, and waits for a key of its own
      repo.installTool('less', '#!/bin/sh\ncat; printf "(END)"; read -r line </dev/tty; printf "closed\\n"\n');
      const args = [EXECUTE[0], 'timeout:60 Write greetings', '--passes', '1'];
      await withTerminal(repo, args, {}, async (terminal) => {
        await terminal.waitFor(/Enter: what a model has said so far/);
        await repo.reached('began');
        await terminal.waitFor(/● Claude.*I have begun\./);
        terminal.press('Enter');
        await terminal.waitFor(/\? Whose words\?[\s\S]*❯ Claude/);
        terminal.press('Enter');
        const paged = await terminal.waitFor(/I have begun\.\n\(END\)/);
        assert.not.match(paged, /Whose words/);
        terminal.press('Enter');
        await terminal.waitFor(/closed[\s\S]*● Gemini/);
        terminal.press('Enter');
        await terminal.waitFor(/Whose words\?/);
        terminal.press('Escape');
        await terminal.waitFor(/● Gemini(?![\s\S]*Whose)/);
        terminal.press('Enter');
        await terminal.waitFor(/Whose words\?/);
        repo.release('go'); // the run's own question is not kept waiting
        await terminal.waitFor(/Apply this plan\?[\s\S]*❯ Accept/);
        terminal.press('Enter');
        const { code } = await terminal.exit();
        assert.is(code, 0, terminal.screen({ history: true }));
        const shown = terminal.screen({ history: true });
        assert.is(shown.split('\n').filter((line) => line.startsWith('● Gemini')).length, 0, shown);
      });
      repo.git('checkout', '-q', '--', '.');
      repo.git('clean', '-fdq');
      rmSync(join(repo.log, 'go'));
      await withTerminal(repo, args, {}, async (terminal) => {
        await terminal.waitFor(/● Claude.*I have begun\./);
        terminal.press('Enter');
        await terminal.waitFor(/Whose words\?/);
        terminal.press('C-c');
        assert.is((await terminal.exit()).code, 130);
        assert.is(repo.git('status', '--porcelain'), '');
      });
    },
  ));

test.run();
