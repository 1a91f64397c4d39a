// A manifest and its lock file come from one hand, also where judges want them apart and an integration changes one of them.
// deadline: 300
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { execute, inSession, withCrew } from '../support/crew.ts';

test('a manifest and its lock file are one model’s, whatever judges want and whatever an integration does [A4, Y3]', () =>
  withCrew(
    {
      codex: null,
      files: { 'package.json': 'old\n', 'package-lock.json': 'old\n', 'app/package.json': 'old\n' },
      claude: {
        implement: [
          'put src/a.txt "a, BEST"',
          'put src/b.txt "b of claude"',
          'put package.json "claude, BEST"',
          'put app/package.json "claude"',
          'put package-lock.json "claude"',
          'say done',
        ].join('\n'),
        compare: 'prefer BEST',
        integrate: 'put app/package.json "of nobody"\nput src/a.txt "a, mended"\nsay mended',
      },
      gemini: {
        implement: [
          'put src/a.txt "a of gemini"',
          'put src/b.txt "b, BEST"',
          'put package.json "gemini"',
          'put app/package.json "gemini, BEST"',
          'put package-lock.json "gemini, BEST"',
          'say done',
        ].join('\n'),
      },
    },
    async (repo) => {
      const result = await execute(repo);
      assert.is(result.code, 0, result.stderr);
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, mended\n', 'b, BEST\n']);
      const hands = ['package.json', 'app/package.json', 'package-lock.json'].map(
        (path) => /claude|gemini|nobody/.exec(repo.read(path))?.[0],
      );
      assert.is(new Set(hands).size, 1, hands.join());
      assert.is.not(hands[0], 'nobody');
      assert.match(inSession(result, 'pass-0001/plan.json'), /app\/package\.json stays as it was/);
    },
  ));

test.run();
