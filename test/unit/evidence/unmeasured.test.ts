// A gate that could not be run neither failed nor passed, and it is said where that decides.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unmeasuredNotes } from '../../../lib/evidence/unmeasured.ts';
import { overall } from '../../../lib/view/gate-tables.ts';
import { candidate, evidence, gate } from './make.ts';

const notes = (...states: ('pass' | 'fail' | 'missing')[]) => {
  const all = states.map((state, i) => candidate('abc'[i]!, [gate('tests', state)]));
  return unmeasuredNotes(
    all,
    evidence('t', all[0]!.evidence.gates),
    (id) => id,
    () => 'sh: pytest: not found',
  );
};

test('where no candidate could be checked that is said, and why', () => {
  assert.equal(notes('missing', 'missing'), [
    'No candidate could be checked: tests (sh: pytest: not found) could not be run. What is proposed is not proven.',
  ]);
});

test('a candidate that could not be measured is named beside one that could be', () => {
  assert.match(notes('pass', 'missing')[0]!, /^tests \(sh: pytest: not found\) could not be run on b: /);
  assert.equal(notes('pass', 'fail'), []);
});

test('a missing gate makes no row pass', () => {
  const columns = [
    { id: 'lint', title: 'Lint', required: true },
    { id: 'tests', title: 'Tests', required: true },
  ];
  assert.is(overall({ lint: 'pass', tests: 'missing' }, columns), 'not checked');
  assert.is(overall({ lint: 'fail', tests: 'missing' }, columns), 'fail');
});

test.run();
