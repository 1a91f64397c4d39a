// The demonstration: the whole job on a sample project, without any account, from any folder.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOfType } from '../support/crew.ts';
import { runMm } from '../support/mm.ts';
import { withRoom } from '../support/room.ts';

test('the demo: three scripts, real worktrees, real gates, a synthesis that is better than each; and what to type next [K1]', () =>
  withRoom(async (room) => {
    const nowhere = join(room.root, 'not a repository');
    mkdirSync(nowhere);
    const result = await runMm(room, nowhere, ['recipes/demo.yaml', 'add a slugify function', '--yes']);
    assert.is(result.code, 0, result.stderr);
    assert.match(result.stderr.split('\n')[0] ?? '', /agents are shell scripts, not models/);
    assert.equal(readdirSync(nowhere), []);

    const [pass] = result.session.passes;
    const slots = ['ada', 'grace', 'alan'];
    assert.equal(Object.keys(pass.models).sort(), [...slots].sort());
    for (const slot of slots) {
      const states = Object.values(pass.models[slot].gates);
      assert.is(states.filter((state) => state === 'fail').length, 1, slot);
    }
    assert.equal(result.session.result.gates, { formatter: 'pass', linter: 'pass', tests: 'pass' });
    // Ada's function, and the tests that Grace wrote: they pass on it
    const sources = Object.fromEntries(
      result.session.result.files.map(({ path, from }: { path: string; from: string }) => [path, from]),
    );
    assert.equal(
      [sources['src/slugify.js'], sources['test/slugify.test.js'], sources['README.md']],
      ['ada', 'grace', 'alan+integrated'],
    );
    assert.match(result.stderr, /`keeps underscores` of Alan is doubtful/);
    const made = eventsOfType(result, 'effect').filter(({ undo }) => undo.kind === 'workspace');
    assert.ok(made.length >= 2, 'worktrees');

    const project = /in `([^`]+\/project)`/.exec(result.stdout)?.[1] ?? result.stdout;
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', project, ...args], { env: room.env, encoding: 'utf8' });
    assert.ok(project.startsWith(room.tmp), project);
    assert.match(readFileSync(join(project, 'src/index.js'), 'utf8'), /slugify/);
    assert.match(git('status', '--porcelain'), /^ M src\/index\.js$/m);
    assert.is(git('worktree', 'list').trim().split('\n').length, 1);
    assert.is(git('branch', '--list', 'mm/*'), '');
    assert.equal(readdirSync(dirname(project)), ['project']);
    assert.match(result.stdout, /Ada, Grace and Alan are shell scripts/);
    assert.match(result.stdout, /For the real thing[\s\S]*mm execute "/);
  }));

test.run();
