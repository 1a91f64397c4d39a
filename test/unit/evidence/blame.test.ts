// Which files the failing evidence points at.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type BlameMap, blameOf, blameOn, chargesOf, freedom } from '../../../lib/evidence/blame.ts';
import type { Evidence } from '../../../lib/evidence/evidence.ts';
import { faults } from '../../../lib/evidence/faults.ts';
import { rankContext } from '../../../lib/evidence/rank-context.ts';
import { candidate, cell, evidence, gate } from './make.ts';

const PATHS = ['src/cut.js', 'src/index.js', 'src/slug.js', 'test/all.test.js'];
const FILES: BlameMap = {
  paths: PATHS,
  imports: new Map([
    ['test/all.test.js', new Set(['src/index.js'])],
    ['src/index.js', new Set(['src/cut.js', 'src/slug.js'])],
  ]),
  testedFilesOf: ({ name }) => (name === 'knows its subject' ? ['src/cut.js'] : []),
};
const trio = (of: Evidence) =>
  rankContext(
    [],
    [{ id: 'a', evidence: of }, candidate('b', [gate('tests', 'pass')]), candidate('c', [gate('tests', 'pass')])],
    new Map(),
  );
const gates = (...failing: { name: string; mentions: string[] }[]) =>
  evidence('t', [gate('tests', 'fail', { passed: 5, failed: failing.length }, failing)]);
const shares = (of: Evidence) => {
  const blame = blameOf(chargesOf(of, FILES, trio(of)));
  return new Map(PATHS.map((path) => [path, blameOn(blame, [path])]));
};

test('each failing test is spread over the files it may be about, and weighs 1', () => {
  for (const mentions of [[], ['test/all.test.js'], ['src/slug.js', 'test/all.test.js'], PATHS]) {
    const found = shares(gates({ name: 'one', mentions }, { name: 'two', mentions }));
    assert.ok(Math.abs([...found.values()].reduce((sum, share) => sum + share, 0) - 2) < 1e-9, mentions.join());
  }
});

test('a stack trace, the names a test uses, and its own name point more than what it imports', () => {
  const most = (of: Evidence) => [...shares(of)].sort(([, x], [, y]) => y - x)[0]![0];
  assert.is(most(gates({ name: 'one', mentions: ['test/all.test.js', 'src/slug.js'] })), 'src/slug.js');
  assert.is(most(gates({ name: 'knows its subject', mentions: ['test/all.test.js'] })), 'src/cut.js');
  assert.is(most(gates({ name: 'slug of nothing', mentions: ['test/all.test.js'] })), 'src/slug.js');
  assert.is(most(gates({ name: 'one', mentions: ['test/all.test.js'] })), 'src/index.js');
});

test('a failing gate that names nothing counts once, and passing ones not at all', () => {
  assert.is(
    chargesOf(
      evidence('t', [gate('lint', 'fail'), gate('tests', 'pass'), gate('types', 'skipped')]),
      FILES,
      trio(gates()),
    ).length,
    1,
  );
});

test('failing as the base does, or not to be found, is held against a tree only where someone mended it', () => {
  const still = evidence('t', [gate('tests', 'already-failing', null, ['old'])]);
  assert.is(chargesOf(still, FILES, trio(still)).length, 1);
  const alone = rankContext([], [{ id: 'a', evidence: still }], new Map());
  assert.is(chargesOf(still, FILES, alone).length, 0);
  const gone = evidence('t', [gate('tests', 'missing')]);
  assert.equal([chargesOf(gone, FILES, alone).length, faults(gone, alone)], [0, 0]);
  // of what fails as on the base only what somebody mended
  const two = (...names: string[]) => evidence('t', [gate('tests', 'already-failing', null, names)]);
  const halves = rankContext(
    [],
    [
      { id: 'a', evidence: two('old', 'mine') },
      { id: 'b', evidence: two('old', 'other') },
    ],
    new Map(),
  );
  assert.equal(
    chargesOf(two('old', 'mine'), FILES, halves).map(({ name }) => name),
    ['mine'],
  );
  assert.equal([faults(two('old', 'mine'), halves), faults(two('old'), halves)], [1, 0]);
  // what could not be run accuses no file, and is no proof either
  assert.equal([chargesOf(gone, FILES, trio(gone)).length, faults(gone, trio(gone))], [0, 1000]);
});

test('a test that nobody else passes accuses itself only', () => {
  const mine = evidence('t', [gate('tests', 'pass')], [cell('a', 'a', 5)]);
  const failing = [{ name: 'odd', mentions: ['test/all.test.js'] }];
  const others = ['b', 'c'].map((id) => candidate(id, [gate('tests', 'pass')], [cell('a', id, 5, failing)]));
  const context = rankContext([], [{ id: 'a', evidence: mine }, ...others], new Map());
  assert.equal(chargesOf(mine, FILES, context), []);
  assert.equal(chargesOf(others[0]!.evidence, FILES, context), []);
  const mix = evidence(
    'mix',
    [gate('tests', 'fail', { passed: 4, failed: 1 }, failing)],
    [cell('a', 'composite', 5, failing)],
  );
  const charges = chargesOf(mix, FILES, context);
  assert.equal([...charges[0]!.shares], [['test/all.test.js', 1]]);
});

test('knows who is free of a failure', () => {
  const charge = chargesOf(gates({ name: 'one', mentions: [] }), FILES, trio(gates()))[0]!;
  assert.is(freedom(gates({ name: 'one', mentions: [] }), charge), 0);
  assert.is(freedom(gates({ name: 'two', mentions: [] }), charge), 1);
  assert.is(freedom(evidence('t', [gate('tests', 'pass')]), charge), 1);
});

test.run();
