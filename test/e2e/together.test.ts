// What a plan keeps to and says: a manifest and its lock file come from one hand, and what could not be measured is told.
// deadline: 300
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { execute, inSession, withCrew } from '../support/crew.ts';

test('a manifest and its lock file are one model’s, whatever judges want and whatever an integration does [A4, Y3]', () =>
  withCrew(
    {
      codex: null,
      files: { 'flake.nix': 'old\n', 'flake.lock': 'old\n', 'app/flake.nix': 'old\n' },
      claude: {
        implement: [
          'put src/a.txt "a, BEST"',
          'put src/b.txt "b of claude"',
          'put flake.nix "claude, BEST"',
          'put app/flake.nix "claude"',
          'put flake.lock "claude"',
          'say done',
        ].join('\n'),
        compare: 'prefer BEST',
        integrate: 'put app/flake.nix "of nobody"\nput src/a.txt "a, mended"\nsay mended',
      },
      gemini: {
        implement: [
          'put src/a.txt "a of gemini"',
          'put src/b.txt "b, BEST"',
          'put flake.nix "gemini"',
          'put app/flake.nix "gemini, BEST"',
          'put flake.lock "gemini, BEST"',
          'say done',
        ].join('\n'),
      },
    },
    async (repo) => {
      const result = await execute(repo);
      assert.is(result.code, 0, result.stderr);
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, mended\n', 'b, BEST\n']);
      const hands = ['flake.nix', 'app/flake.nix', 'flake.lock'].map(
        (path) => /claude|gemini|nobody/.exec(repo.read(path))?.[0],
      );
      assert.is(new Set(hands).size, 1, hands.join());
      assert.is.not(hands[0], 'nobody');
      assert.match(inSession(result, 'pass-0001/plan.json'), /app\/flake\.nix stays as it was/);
    },
  ));

test('where no lane could be checked that is said with the plan, and why; nothing is called passing or failing [A3]', () =>
  withCrew(
    { codex: null, files: { 'AGENTS.md': '# Rules\n\n```mm-gates\ntests: no-such-tool-anywhere\n```\n' } },
    async (repo) => {
      const result = await execute(repo);
      assert.is(result.code, 1, result.stderr);
      const said = inSession(result, 'pass-0001/synthesis.md');
      assert.match(said, /No candidate could be checked: Tests \(.*no-such-tool-anywhere.*\) could not be run/);
      assert.match(said, /not checked/);
      assert.not.match(said, /\| pass \||fails/);
    },
  ));

test.run();
