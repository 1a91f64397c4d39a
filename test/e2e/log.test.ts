// `mm log`: what a slot's CLI says, as text, afterwards and while it runs.
import { basename } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, execute, withCrew } from '../support/crew.ts';

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

test.run();
