// `mm accept`: what a run without a terminal left to be decided, decided later.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventsOfType, withCrew } from '../support/crew.ts';

const RUN = ['execute', 'Write greetings', '--headless', '--json'];

test('accept applies the plan that nobody was there to accept, over changes of your own, with no model asked again', () =>
  withCrew({}, async (repo) => {
    repo.write({ 'README.md': '# Mine\n', 'new.txt': 'mine\n' });
    const before = repo.state();
    const run = await repo.runMm(RUN);
    assert.is(run.code, 3, run.stderr);
    assert.equal(repo.state(), before);
    const { session_id } = JSON.parse(run.stdout);
    assert.match((await repo.runMm(['show', session_id])).stdout, new RegExp(`mm accept ${session_id}`));
    const calls = repo.calls().length;
    const accepted = await repo.runMm(['accept', session_id, '--json']);
    assert.is(accepted.code, 0, accepted.stderr);
    const { status, result, passes } = JSON.parse(accepted.stdout);
    assert.equal([status, result.verified.gates, passes[0].plan.decided_by], ['completed', { tests: 'pass' }, 'judge']);
    assert.is(repo.calls().length, calls);
    assert.equal(
      ['src/a.txt', 'src/b.txt', 'src/c.txt', 'README.md', 'new.txt'].map((file) => repo.read(file)),
      ['a, BEST\n', 'b, BEST\n', 'c of gpt\n', '# Mine\n', 'mine\n'],
    );
    assert.is(eventsOfType(accepted, 'reopened').length, 1);

    const after = repo.state();
    const again = await repo.runMm(['accept', session_id, '--json']);
    assert.equal([again.code, JSON.parse(again.stdout).failure.id], [2, 'acceptNothing']);
    for (const words of [[], ['nothing'], ['../x']]) assert.is((await repo.runMm(['accept', ...words])).code, 2);
    assert.equal(repo.state(), after);
  }));

test.run();
