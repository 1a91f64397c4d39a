// Which files a judge is asked about, where there are more than fit into a prompt.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contested, fitting } from '../../lib/steps/judged-versions.ts';
import { change } from './evidence/make.ts';

/** Candidates by id: path → content and how many lines changed. */
const candidatesOf = (
  files: Readonly<Record<string, Readonly<Record<string, readonly [content: string, lines: number]>>>>,
) =>
  Object.entries(files).map(([id, each]) => ({
    id,
    tree: id,
    changes: new Map(
      Object.entries(each).map(([path, [content, lines]]) => [path, { ...change(path, content), addedLines: lines }]),
    ),
  }));

test('all files with several versions, while they fit [A4]', () => {
  const all = candidatesOf({
    one: { same: ['x', 9], differs: ['x', 9], alone: ['x', 9] },
    two: { same: ['x', 9], differs: ['y', 9] },
  });
  assert.equal(contested(all), ['alone', 'differs']);
  assert.equal(fitting(all, contested(all), 6_000), ['alone', 'differs']);
});

test('else those with the smallest changes, in their order; equal versions take room once [A4]', () => {
  const all = candidatesOf({
    one: { a: ['x', 50], b: ['x', 1], c: ['x', 900], d: ['x', 2] },
    two: { a: ['x', 50], b: ['y', 1], c: ['y', 900], d: ['y', 70] },
    three: { b: ['z', 3], c: ['z', 900], d: ['z', 1] },
  });
  const paths = contested(all);
  assert.equal(paths, ['a', 'b', 'c', 'd']);
  assert.equal(fitting(all, paths, 2_000 * 10), paths);
  assert.equal(fitting(all, paths, 2_000 * 9), ['a', 'b', 'd']);
  assert.equal(fitting(all, paths, 2_000 * 4), ['a', 'b']);
  assert.equal(fitting(all, paths, 10), ['b'], 'never nothing');
});

test.run();
