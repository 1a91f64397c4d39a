// Everyone's tests on everyone's code run the changed test files only, where the runner takes some; and outputs of gates
// count as a whole.
// deadline: 600
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, execute, withCrew } from '../support/crew.ts';
import type { Files } from '../support/repo.ts';

/** A suite that writes down how often the whole of it was run. */
const SUITE: Files = {
  'AGENTS.md': '',
  'package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/double.js': 'export const double = (x) => x;\n',
  'test/old.test.js':
    "import { appendFileSync } from 'node:fs';\nimport test from 'node:test';\ntest('old', () => appendFileSync(`${process.env.TMPDIR}/whole`, '.'));\n",
};
const tests = (name: string, value: number) =>
  `import test from 'node:test';\nimport assert from 'node:assert';\nimport { double } from '../src/double.js';\ntest('${name}', () => assert.equal(double(${value}), ${2 * value}));`;
const author = (code: string, name: string, value: number) =>
  `put src/double.js "export const double = (x) => ${code};"\nput test/${name}.test.js "${tests(name, value)}"\nput test/data/${name}.txt data\nsay done`;

test('each model’s own test files, not the whole suite, run on the others’ code [A3]', () =>
  withCrew(
    {
      codex: null,
      files: SUITE,
      claude: { implement: author('x * 2', 'claude', 3) },
      gemini: { implement: author('x + 2', 'gemini', 2) },
    },
    async (repo) => {
      const result = await execute(repo, ['--json']);
      assert.is(result.code, 0, result.stderr);
      const cells = eventsOfType(result, 'cross_gate');
      const cell = (tests_of: string, code_of: string) =>
        cells.find((each) => each.tests_of === tests_of && each.code_of === code_of)!;
      assert.equal(cells.map(({ tests_of, files }) => [tests_of, files]).filter(([of]) => of === 'claude')[0], [
        'claude',
        ['test/claude.test.js'],
      ]);
      assert.is(cell('claude', 'gemini').state, 'fail');
      assert.equal(cell('claude', 'gemini').failing, ['claude']);
      assert.equal(cell('claude', 'gemini').counts, { passed: 0, failed: 1 });
      assert.is(cell('gemini', 'claude').state, 'pass');
      assert.equal(cell('gemini', 'claude').counts, { passed: 1, failed: 0 });
      const wholes = readFileSync(join(repo.tmp, 'whole'), 'utf8').length;
      const others = eventsOfType(result, 'gate_measured').filter(({ runs }) => runs[0]!.output.includes('tests-of'));
      assert.ok(others.length >= 4, 'both authors’ tests on both codes');
      const measured = eventsOfType(result, 'gate_measured').flatMap(({ runs }) => runs).length;
      assert.ok(wholes <= measured - 4, `the whole suite ran ${wholes} times in ${measured} runs`);
    },
  ));

test('a gate says how it runs some files; one that does not find its author’s tests is run whole, and so told [A3]', () =>
  withCrew(
    {
      codex: null,
      files: SUITE,
      claude: { implement: author('x * 2', 'claude', 3) },
      gemini: { implement: author('x + 2', 'gemini', 2) },
    },
    async (repo) => {
      const recipe = join(repo.home, 'own.yaml');
      const own = (files: string) =>
        writeFileSync(
          recipe,
          `recipe: 1\nname: own\nextends: execute\ngates: { tests: { run: [sh, -c, "node --test"], files: ${files} } }\n`,
        );
      const run = () => repo.runMm([recipe, ...EXECUTE.slice(1)], { deadline: 150_000 });
      own('[node, --test, "${files}"]');
      const some = await run();
      assert.is(some.code, 0, some.stderr);
      assert.equal(eventsOfType(some, 'cross_gate').find(({ tests_of }) => tests_of === 'gemini')?.files, [
        'test/gemini.test.js',
      ]);
      repo.git('reset', '--hard');
      repo.git('clean', '-fdq');
      own('[node, --no-such-option, "${files}"]');
      const whole = await run();
      assert.is(whole.code, 0, whole.stderr);
      assert.ok(eventsOfType(whole, 'cross_gate').every(({ files }) => files?.length === 0));
      assert.equal(
        eventsOfType(whole, 'note').filter(({ text }) => text.startsWith('Cross-gates run the whole of tests')).length,
        1,
      );
    },
  ));

test.run();
