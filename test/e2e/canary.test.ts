// A lane's commands see the lane: nothing of the environment points into the user's tree, and a gate that passes on spoilt
// sources decides nothing about candidates; the result is complete only once it has passed in the user's own tree.
// deadline: 600
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOfType, execute, withCrew } from '../support/crew.ts';
import type { Files, Repo } from '../support/repo.ts';

const TWO = {
  codex: null,
  claude: { implement: 'put src/value.mjs "export const value = 2 // of claude"\nsay done' },
  gemini: { implement: 'put src/value.mjs "export const value = 3"\nsay done' },
} as const;

const project = (gate: string, files: Files = {}): Files => ({
  'AGENTS.md': `# Rules\n\n\`\`\`mm-gates\ntests: ${gate}\n\`\`\`\n`,
  'src/value.mjs': 'export const value = 1\n',
  ...files,
});

const blindOf = (result: { readonly sessionDir: string | null }) =>
  eventsOfType(result, 'gate_blind').map(({ gate }) => gate);

test('a gate that is sent to the user’s tree by an absolute path is found; one that reads a text file is not', () =>
  withCrew({ ...TWO }, async (repo) => {
    const inUsers = join(repo.dir, 'src/value.mjs');
    repo.write(
      project('node check.mjs', {
        'check.mjs': `const { value } = await import(${JSON.stringify(inUsers)});\nif (typeof value !== 'number') process.exit(1);\n`,
        'AGENTS.md': '```mm-gates\ntests: node check.mjs\nlinter: grep -q "export const value" src/value.mjs\n```\n',
      }),
    );
    repo.commit('gates');
    // nobody works in the user's tree, so that the gate finds it whole at every moment
    const result = await execute(repo, ['--set', 'slots.claude.workspace=worktree']);
    assert.equal(blindOf(result), ['tests'], result.stderr);
  }));

test('of many sources a few are spoilt first: that is enough for a gate that reads them, and not to call one blind', () =>
  withCrew({ ...TWO }, async (repo) => {
    const noted = join(repo.log, 'spoilt');
    const count = `grep -rl "spoilt on purpose" src | grep -c . >> '${noted}'`;
    const many = Array.from({ length: 200 }, (_, n) => [`src/part${n % 20}/m${n}.mjs`, `export const m${n} = ${n}\n`]);
    repo.write({
      ...project(''),
      ...Object.fromEntries(many),
      'reads.sh': `${count}\n! grep -rq "spoilt on purpose" src\n`,
      // sees a single one, which is not among the first few
      'one.sh': `${count}\ngrep -q "export const m7 = 7" src/part7/m7.mjs\n`,
      'AGENTS.md': '```mm-gates\ntests: bash reads.sh\nlinter: bash one.sh\ntypes: true\n```\n',
    });
    repo.commit('gates');
    const result = await execute(repo);
    assert.equal(blindOf(result), ['types'], result.stderr);
    const seen = readFileSync(noted, 'utf8').split('\n').filter(Boolean).map(Number);
    const spoilt = seen.filter((files) => files > 0).sort((a, b) => a - b);
    assert.equal(
      spoilt.map((files) => (files <= 40 ? 'few' : files >= 200 ? 'all' : files)),
      ['few', 'few', 'all'],
      'the first by few, the second by few and by all',
    );
  }));

test('variables that point into the user’s tree point into the workspace, and into the user’s tree where the result lies', () =>
  withCrew(
    { ...TWO, files: project('echo "$PWD $HERE $DEEP" >>"$HOME/seen"; ! grep -q spoilt src/value.mjs') },
    async (repo: Repo) => {
      const env = { HERE: repo.dir, DEEP: `-I${repo.dir}/include:${repo.dir}2` };
      const result = await execute(repo, [], { env });
      assert.is(result.code, 0, result.stderr);
      const seen = readFileSync(join(repo.home, 'seen'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' '));
      for (const [cwd, here, deep] of seen) {
        assert.is(here, cwd);
        assert.is(deep, `-I${cwd}/include:${repo.dir}2`);
      }
      assert.ok(seen.some(([cwd]) => cwd === repo.dir) && seen.some(([cwd]) => cwd !== repo.dir));
      assert.equal(blindOf(result), []);
      assert.not.ok(existsSync(join(repo.dir, 'include')));
    },
  ));

test('where a checkout takes long, the base comes into the place of a lane that is done, and has one of its own where a candidate fails', () =>
  withCrew(
    {
      codex: null,
      claude: { implement: `sleep 3; ${TWO.claude.implement}` },
      gemini: { implement: `sleep 3; ${TWO.gemini.implement}` },
      files: {
        ...project('! grep -q "spoilt on purpose" data\nlinter: false'),
        data: 'data\n',
        '.gitattributes': 'data filter=slow\n',
      },
    },
    async (repo) => {
      repo.git('config', 'filter.slow.smudge', 'sleep 1.2; cat');
      const failing = await execute(repo, ['--set', 'repair.rounds=0']);
      assert.equal(blindOf(failing), [], failing.stderr);
      const { base, claude } = failing.session.passes[0].gate_results;
      assert.is(base.linter.state, 'fail');
      assert.is(claude.linter.state, 'already-failing');
      repo.git('checkout', '-q', '--', '.');
      repo.write(project('! grep -q "spoilt on purpose" data'));
      repo.commit('no linter');
      const fine = await execute(repo);
      assert.is(fine.code, 0, fine.stderr);
      const made = eventsOfType(fine, 'note').find(({ text }) => /^Made a clean place/.test(text));
      const tested = eventsOfType(fine, 'gate_end').find(({ result }) => result.state === 'pass')!;
      assert.ok(made === undefined || tested.seq < made.seq, 'no place is made before a candidate has been tested');
    },
  ));

test.run();
