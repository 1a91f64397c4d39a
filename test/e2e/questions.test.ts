// The recipes in which models are only asked: several answers become one, on standard output, and nothing is changed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inSession, withCrew } from '../support/crew.ts';

const CREW = {
  claude: { answer: 'say "it is in src/a.txt, says one"', combine: 'say "ALL IN ONE"' },
  gemini: { answer: 'say "a fence: \\`\\`\\` and more, says two"' },
  codex: { answer: 'complain "boom"\nreturn 3' },
};

for (const [recipe, file] of [
  ['ask', 'answer.md'],
  ['plan', 'answer.md'],
  ['review', 'review.md'],
] as const) {
  test(`recipes/${recipe}.yaml makes one answer of several, without their names, and changes nothing [K3]`, () =>
    withCrew(CREW, async (repo) => {
      repo.write({ 'README.md': '# Mine\n', 'notes.txt': 'mine\n' });
      const before = repo.state();
      const result = await repo.runMm([recipe, 'What is a?', '--headless']);
      assert.is(result.code, 0, result.stderr);
      assert.equal(repo.state(), before);
      const asked = repo.calls().filter(({ step }) => step === 'answer');
      assert.equal(asked.map(({ slot }) => slot).sort(), ['claude', 'gemini', 'gpt']);
      for (const { stdin, cwd } of asked) {
        assert.match(stdin, /What is a\?[\s\S]*Write in lower case/);
        assert.ok(cwd.startsWith(repo.sessions), cwd);
      }
      const [combine, ...more] = repo.calls().filter(({ step }) => step === 'combine');
      assert.equal([combine?.agent, more], ['claude', []]);
      assert.match(
        combine?.stdin ?? '',
        /What is a\?[\s\S]*### Answer 1\n\n```\nit is in src\/a\.txt, says one\n```\n\n### Answer 2\n\n````\na fence: ``` and more, says two\n````/,
      );
      assert.not.match(combine?.stdin ?? '', /claude did|gemini|### Answer 3/i);
      assert.match(result.stdout, /^ALL IN ONE$/m);
      assert.match(result.stdout, /\*\*GPT\*\*[^\n]*boom/);
      assert.match(inSession(result, `pass-0001/${file}`), /ALL IN ONE/);
      assert.equal([result.session.command, result.session.status, result.session.stash], [recipe, 'completed', null]);
    }));
}

test('with one model its answer is the answer; when none answers, that is said, with exit 1', () =>
  withCrew({ ...CREW, gemini: null, codex: null }, async (repo) => {
    const result = await repo.runMm(['ask', 'What is a?', '--headless', '--only', 'claude']);
    assert.is(result.code, 0, result.stderr);
    assert.match(result.stdout, /^it is in src\/a\.txt, says one$/m);
    assert.equal(
      repo.calls().map(({ step }) => step),
      ['answer'],
    );
    repo.installAgent('claude', { any: 'complain "boom"\nreturn 3' });
    const failed = await repo.runMm(['ask', 'What is a?', '--headless']);
    assert.is(failed.code, 1, failed.stderr);
    assert.match(failed.stderr, /Claude: claude failed \(exit code 3\); it last said: "boom"/);
    assert.is(failed.session.status, 'failed');
    repo.installAgent('gemini', { any: 'complain "boom"\nreturn 3' });
    const both = await repo.runMm(['review', 'everything', '--headless']);
    assert.is(both.code, 1, both.stderr);
    assert.equal([...new Set(repo.calls().map(({ step }) => step))], ['answer']);
  }));

test.run();
