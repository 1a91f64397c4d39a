// What a gate shows counts for a candidate only where the folder held exactly what was captured: what a model leaves beside
// that proves nothing, is named, and is kept.
// deadline: 600
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrewOptions, eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import type { MmResult } from '../support/mm.ts';

/** Passes where claude's or gemini's work is there, and what stands in the check. */
const CHECK = (more: string) => `grep -q made src/a.txt || { echo "not made"; exit 1; }\n${more}\n`;
const only = (crew: CrewOptions): CrewOptions => ({ codex: null, claude: { implement: 'say nothing' }, ...crew });
const states = (result: MmResult, of: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries<{ state: string }>(result.session.passes[0].gate_results[of] ?? {}).map(([id, { state }]) => [
      id,
      state,
    ]),
  );

test('what a model changed inside a submodule makes nobody’s gates pass; it is named and kept', () =>
  withCrew(
    only({
      files: { 'check.sh': CHECK('grep -q new vendor/sub/s.txt || { echo "the submodule is old"; exit 2; }') },
      gemini: { implement: 'put src/a.txt made\nput vendor/sub/s.txt new\nsay done' },
    }),
    async (repo) => {
      const sub = join(repo.home, 'sub');
      repo.git('init', '-q', sub);
      writeFileSync(join(sub, 's.txt'), 'old\n');
      repo.git('-C', sub, 'add', '-A');
      repo.git('-C', sub, 'commit', '-qm', 'sub');
      repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', sub, 'vendor/sub');
      repo.git('commit', '-qam', 'with a submodule');
      const result = await execute(repo, ['--only', 'claude,gemini']);
      assert.is(result.code, 1, result.stderr);
      assert.is(states(result, 'gemini').tests, 'fail');
      assert.match(result.stdout, /No part of what Gemini made: vendor\/sub \(in a submodule\)/);
      assert.match(inSession(result, 'pass-0001/synthesis.md'), /vendor\/sub \(in a submodule\)/);
      assert.is(inSession(result, 'pass-0001/left-out/gemini/vendor/sub/s.txt'), 'new\n');
      assert.match(inSession(result, 'pass-0001/left-out/gemini/vendor/sub.diff'), /-old\n\+new/);
    },
  ));

test('ignored files that a model made, or changed deep in a folder that was there, prove nothing; caches are passed over', () =>
  withCrew(
    {
      files: {
        '.gitignore': 'generated/\n.env\nnode_modules/\n__pycache__/\n',
        'check.sh': CHECK(
          '[ -e generated/x ] || grep -q changed node_modules/dep/lib/index.js || { echo "no x"; exit 2; }',
        ),
      },
      claude: { implement: 'say nothing' },
      codex: { implement: 'put src/a.txt made\nput node_modules/dep/lib/index.js changed\nsay done' },
      gemini: {
        implement: 'put src/a.txt "made too"\nput generated/x x\nput .env KEY=1\nput src/__pycache__/a.pyc x\nsay done',
      },
    },
    async (repo) => {
      repo.write({ 'node_modules/dep/lib/index.js': 'as it was\n' });
      const result = await execute(repo);
      assert.is(result.code, 1, result.stderr);
      assert.equal([states(result, 'gpt').tests, states(result, 'gemini').tests], ['fail', 'fail']);
      assert.match(
        result.stdout,
        /No part of what Gemini made: \.env \(ignored by git\), generated\/ \(ignored by git\); copies/,
      );
      assert.match(result.stdout, /No part of what GPT made: node\\?_modules\/ \(ignored by git\)/);
      assert.not.match(result.stdout, /pycache/);
      assert.is(inSession(result, 'pass-0001/left-out/gemini/.env'), 'KEY=1\n');
      assert.is(inSession(result, 'pass-0001/left-out/gpt/node_modules/dep/lib/index.js'), 'changed\n');
      assert.is(repo.read('node_modules/dep/lib/index.js'), 'as it was\n');
    },
  ));

test('packages that a model installed count for a candidate that changed the manifest which asks for them', () =>
  withCrew(
    only({
      files: {
        '.gitignore': 'node_modules/\n',
        'package.json': '{}\n',
        'check.sh': CHECK('[ -e node_modules/pad ] || { echo "no pad"; exit 2; }'),
      },
      gemini: {
        implement:
          'put src/a.txt made\nput package.json \'{ "dependencies": { "pad": "1" } }\'\nput node_modules/pad/x x\nsay done',
      },
    }),
    async (repo) => {
      const result = await execute(repo, ['--only', 'claude,gemini']);
      assert.is(states(result, 'gemini').tests, 'pass', result.stderr);
      assert.ok(eventsOfType(result, 'note').some(({ text }) => /changed which packages are wanted/.test(text)));
    },
  ));

test('what a model that is only asked, or one that integrates, leaves beside makes no other tree pass', () =>
  withCrew(
    {
      codex: null,
      files: {
        '.gitignore': 'generated/\n',
        'check.sh': CHECK('[ -e generated/x ] || { echo "no x"; exit 2; }'),
      },
      claude: {
        implement: 'put src/a.txt "made, BEST"\nput src/b.txt "b"\nsay done',
        explore: 'put generated/x x\nsay looked',
        compare: 'prefer BEST',
        integrate: 'put generated/x x\nput src/c.txt mended\nsay mended',
      },
      gemini: { implement: 'put src/a.txt "made"\nput src/b.txt "b, BEST"\nsay done' },
    },
    async (repo) => {
      const result = await execute(repo, ['--only', 'claude,gemini']);
      assert.is(result.code, 1, result.stderr);
      for (const [subject, gates] of Object.entries(result.session.passes[0].gate_results))
        assert.is.not((gates as { tests: { state: string } }).tests.state, 'pass', subject);
    },
  ));

test('where somebody changes a lane while its gates run, they run again in a clean place', () =>
  withCrew(
    only({
      files: {
        'check.sh': `[ -e "$MM_SESSION_DIR/seen-$MM_SLOT" ] || { touch "$MM_SESSION_DIR/seen-$MM_SLOT"; echo foreign >src/foreign.txt; }\n${CHECK('! [ -e src/foreign.txt ] || exit 0; echo "nothing foreign"; exit 2')}`,
      },
      gemini: { implement: 'put src/a.txt made\nsay done' },
    }),
    async (repo) => {
      const result = await execute(repo, ['--only', 'claude,gemini']);
      assert.is(states(result, 'gemini').tests, 'fail', result.stderr);
      assert.match(result.stderr, /While the gates of Gemini ran, src\/foreign\.txt changed in its folder/);
    },
  ));

test.run();
