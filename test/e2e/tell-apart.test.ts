// Where all that is measured leaves candidates equal, one question gives tests that tell them apart, for the judges to see.
// deadline: 600
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AgentScript } from '../support/agents.ts';
import { eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import type { Files } from '../support/repo.ts';

const PROJECT: Files = {
  'AGENTS.md': '',
  'package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/double.js': 'export const double = (x) => x;\n',
  'test/old.test.js':
    "import test from 'node:test';\nimport { double } from '../src/double.js';\ntest('old', () => double(1));\n",
};
const code = (expression: string) =>
  `put src/double.js "export const double = (x) => ${expression};"\nsay "done, without a test"`;

/** Three tests: one tells the two apart, one passes on both, one on neither. And files that are no new tests. */
const ANSWER = `cat <<'X'
Here they are.

### test/negative.test.js

\`\`\`js
import test from 'node:test';
import assert from 'node:assert';
import { double } from '../src/double.js';
test('of a negative number', () => assert.equal(double(-2), -4));
test('of a positive number', () => assert.equal(double(2), 4));
test('of nothing', () => assert.equal(double(null), 7));
\`\`\`

### src/double.js

\`\`\`js
export const double = () => 0;
\`\`\`

## \`test/../../outside.test.js\`
~~~
x
~~~

### test/old.test.js
\`\`\`
x
\`\`\`
X`;

const crew = (answer: string, gemini: AgentScript = { implement: code('Math.abs(x) * 2') }) => ({
  codex: null,
  files: PROJECT,
  claude: { implement: code('x * 2'), 'tell-apart': answer, compare: 'prefer "(x) => x \\* 2"' },
  gemini,
});
const asked = (repo: { calls: () => readonly { step: string }[] }) =>
  repo.calls().filter(({ step }) => step === 'tell-apart').length;

test('tests that one model writes for where equals differ are run on all, and shown to the judges [A3, A4]', () =>
  withCrew(crew(ANSWER), async (repo) => {
    const result = await execute(repo, ['--json']);
    assert.is(result.code, 0, result.stderr);
    assert.equal([asked(repo), eventsOfType(result, 'distinguishing_tests').length], [1, 1]);
    const [found] = eventsOfType(result, 'distinguishing_tests');
    assert.equal(found!.files, ['test/negative.test.js']);
    assert.equal(found!.tests, [{ name: 'of a negative number', fails: ['gemini'], passes: ['claude'], base: 'fail' }]);
    const left = eventsOfType(result, 'note').filter(({ text }) => text.includes('is left out'));
    assert.equal(
      left.map(({ text }) => /: (.+)$/.exec(text)?.[1]),
      [
        'src/double.js is not where this project has its tests (`test_files` in the recipe).',
        'test/../../outside.test.js is no path in the project.',
        'test/old.test.js is there already.',
      ],
    );
    for (const { stdin } of repo.calls().filter(({ step }) => step === 'compare')) {
      const [, passing, failing] = /^- of a negative number: pass on (\w); fail on (\w); fail on the original$/m.exec(
        stdin,
      )!;
      const blocks = new Map(
        stdin
          .split(/^## Candidate /m)
          .slice(1)
          .map((block) => [block[0], block]),
      );
      assert.match(blocks.get(passing!)!, '(x) => x * 2');
      assert.match(blocks.get(failing!)!, 'Math.abs');
      assert.match(stdin, "test('of a negative number'");
      assert.not.match(stdin, '- of a positive number:');
      assert.not.match(stdin, '- of nothing:');
    }
    assert.not.ok(existsSync(join(repo.dir, 'test/negative.test.js')), 'nothing of it is in the result');
    assert.match(inSession(result, 'pass-0001/tell-apart/test/negative.test.js'), 'of a negative number');
    assert.match(inSession(result, 'pass-0001/synthesis.md'), 'of a negative number');
  }));

test('nobody is asked where it is decided, where nothing differs, or where the recipe says never [A3]', async () => {
  for (const [gemini, args] of [
    [code('1 +'), []], // it does not load
    [code('x * 2'), []],
    [code('x + x'), ['--set', 'options.tell_apart=never']],
  ] as const)
    await withCrew(crew(ANSWER, { implement: gemini }), async (repo) => {
      const result = await execute(repo, args);
      assert.is(result.code, 0, result.stderr);
      assert.is(asked(repo), 0);
    });
});

test('an answer without a usable test costs nothing but the question [A3]', () =>
  withCrew(crew('say none'), async (repo) => {
    const result = await execute(repo);
    assert.is(result.code, 0, result.stderr);
    assert.is(asked(repo), 1);
    assert.is(eventsOfType(result, 'distinguishing_tests').length, 0);
    assert.ok(
      eventsOfType(result, 'note').some(({ text }) => text === 'Claude wrote no tests that tell the candidates apart.'),
    );
  }));

test.run();
