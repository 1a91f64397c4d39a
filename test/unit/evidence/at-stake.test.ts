// What judges can still decide: nobody is asked about what was measured to be best.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stakesOf } from '../../../lib/evidence/propose.ts';
import { open, type Tree } from './worlds.ts';

const BASE = { 'x.js': '0', 'y.js': '0' };
const good = (path: string) => ({ passes: (tree: Tree) => !tree.get(path)!.startsWith('bad'), mentions: [path] });
const FILES = {
  a: { 'x.js': 'good a', 'y.js': 'bad a' },
  b: { 'x.js': 'good b', 'y.js': 'good b' },
};
const gate = { 'x works': good('x.js'), 'y works': good('y.js') };

test('a file is open where several versions of it may be chosen, and not where tests speak against all but one [A4]', async () => {
  const { open: left, chosen } = await stakesOf(open({ base: BASE, files: FILES, tests: { gate } }).input);
  assert.equal([...left.keys()], ['x.js']);
  assert.equal([...left.get('x.js')!].sort(), ['a', 'b']);
  assert.is(chosen.get('y.js'), 'b');
});

test('nothing is open where one candidate is seen to be best in all, where they are equal, or did different parts [A4]', async () => {
  const bad = { ...FILES, a: { 'x.js': 'bad a', 'y.js': 'bad a' } };
  const equal = { a: { 'x.js': 'good' }, b: { 'x.js': 'good' } };
  const parts = { a: { 'x.js': 'good' }, b: { 'y.js': 'good' } };
  for (const files of [bad, equal, parts])
    assert.is((await stakesOf(open({ base: BASE, files, tests: { gate } }).input)).open.size, 0);
});

test('of whole candidates all is open between those that nothing measured tells apart [A4]', async () => {
  const files = { ...FILES, c: { 'x.js': 'good c', 'y.js': 'good c' } };
  const { input } = open({ base: BASE, files, tests: { gate } });
  const { open: left } = await stakesOf({ ...input, grain: 'candidate' });
  assert.equal([...left.keys()], ['x.js', 'y.js']);
  assert.equal([...left.get('y.js')!].sort(), ['b', 'c']);
});

test.run();
