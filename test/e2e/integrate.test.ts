// Making the pieces fit costs tokens: no model is asked to mend what none can, nor again where it had its turn in vain.
// deadline: 600
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrewOptions, execute, withCrew } from '../support/crew.ts';

const gates = (...lines: string[]) => ({ 'AGENTS.md': `\`\`\`mm-gates\n${lines.join('\n')}\n\`\`\`\n` });
const ALONE = { gemini: null, codex: null } as const;
const TWO_HANDS = {
  claude: { implement: 'put src/a.txt "a, BEST"\nsay done', compare: 'prefer BEST', integrate: 'say it fits' },
  gemini: { implement: 'put src/b.txt "b, BEST"\nsay done' },
  codex: null,
} as const;
const alone = (implement: string, integrate = 'say nothing to mend') => ({
  ...ALONE,
  claude: { implement, integrate },
});

interface Case {
  readonly crew: CrewOptions;
  readonly asked: number;
  readonly state: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'a tool that is not there, one model': {
    crew: { ...alone('put src/a.txt a2\nsay done'), files: gates('tests: no-such-tool') },
    asked: 0,
    state: 'missing',
  },
  'a tool that is not there, pieces of two': {
    crew: { ...TWO_HANDS, files: gates('tests: no-such-tool') },
    asked: 0,
    state: 'missing',
  },
  'a tool that is not there, and a test that fails': {
    crew: {
      ...alone('put src/a.txt BROKEN\nsay done', 'put src/a.txt a2\nsay mended'),
      files: gates('linter: no-such-tool', 'tests: sh check.sh'),
    },
    asked: 1,
    state: 'pass',
  },
  'what fails on the base in the same way, one model': {
    crew: { ...alone('put src/a.txt a2\nsay done'), files: { 'src/old.txt': 'BROKEN\n' } },
    asked: 0,
    state: 'already-failing',
  },
  'what fails on the base in the same way, pieces of two: asked once whether they fit': {
    crew: { ...TWO_HANDS, files: { 'src/old.txt': 'BROKEN\n' } },
    asked: 1,
    state: 'already-failing',
  },
  'a gate that sees nothing of it': {
    crew: { ...alone('put src/a.txt a2\nsay done'), files: gates('tests: true') },
    asked: 0,
    state: 'pass',
  },
  'one model, whose second look changes nothing': {
    crew: alone('put src/a.txt BROKEN\nsay done'),
    asked: 1,
    state: 'fail',
  },
  'one model, whose second look makes nothing better': {
    crew: alone('put src/a.txt BROKEN\nsay done', 'put src/a.txt "still BROKEN"\nsay mended'),
    asked: 1,
    state: 'fail',
  },
  'one model, whose second look mends one of two': {
    crew: {
      ...alone(
        'put src/a.txt BROKEN\nput src/b.txt UGLY\nsay done',
        'if once lint; then put src/b.txt b2; else put src/a.txt a2; fi\nsay mended',
      ),
      files: {
        ...gates('linter: sh lint.sh', 'tests: sh check.sh'),
        'lint.sh': 'if grep -rn UGLY src; then exit 1; fi\n',
      },
    },
    asked: 2,
    state: 'pass',
  },
};

for (const [name, { crew, asked, state }] of Object.entries(CASES))
  test(`${name}: integrate is called ${asked} times [Y3]`, () =>
    withCrew(crew, async (repo) => {
      const result = await execute(repo);
      const calls = repo.calls('claude').filter(({ step }) => step === 'integrate');
      assert.is(calls.length, asked, `${result.stdout}${result.stderr}`);
      assert.is(result.session.result.gates.tests, state, `${result.stdout}${result.stderr}`);
    }));

test.run();
