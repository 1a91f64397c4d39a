// The places in which versions of a file differ, what each has there, and the file that is put together of them.
import { diffArrays } from 'diff';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hunksOf, joinHunks, linesWithEnds, takenIn } from '../../lib/core/hunks.mjs';
import { chooseSeed, pick, randomFrom } from '../faults/seed.ts';

const lines = (text: string) => linesWithEnds(text.replaceAll(' ', '\n'));
const hunks = (base: string, versions: Readonly<Record<string, string>>) =>
  hunksOf(
    lines(base),
    Object.entries(versions).map(([id, text]) => ({ id, lines: lines(text) })),
    (a, b, options) => diffArrays(a, b, options),
  );

/** `from-to: text of base|text of others (by)`. */
const shown = (base: string, versions: Readonly<Record<string, string>>) =>
  hunks(base, versions).map(
    ({ from, to, versions: each }) =>
      `${from}-${to}: ${each.map(({ lines: own, by }) => `${own.join('').replaceAll('\n', ' ').trim()}(${by})`).join(' | ')}`,
  );

test('lines keep their ends, whatever they are, and a last one that has none', () => {
  assert.equal(linesWithEnds(''), []);
  assert.equal(linesWithEnds('a\r\n\nb\n'), ['a\r\n', '\n', 'b\n']);
  assert.equal(linesWithEnds('a\nb'), ['a\n', 'b']);
});

test('changes in different places are hunks of their own, with who has what; equal versions are one', () => {
  const found = shown('a b c d e f\n', { one: 'A b c d e f\n', two: 'A b c D e f\n', three: 'a b c d e F\n' });
  assert.equal(found, ['0-1: a(three) | A(one,two)', '3-4: d(one,three) | D(two)', '5-6: f(one,two) | F(three)']);
});

test('changes that overlap or touch are one hunk, as git merges them', () => {
  assert.equal(shown('a b c d\n', { one: 'a B c d\n', two: 'a b C d\n' }), ['1-3: b c() | B c(one) | b C(two)']);
  assert.equal(shown('a b c d\n', { one: 'a X d\n', two: 'a b C d\n' }), ['1-3: b c() | X(one) | b C(two)']);
  assert.equal(shown('a b\n', { one: 'a x b\n', two: 'a y b\n' }), ['1-1: () | x(one) | y(two)']);
  assert.equal(shown('a b c\n', { one: 'b c\n', two: 'a b c\n' }), ['0-1: a(two) | (one)']);
});

test('a line end that is missing is a difference; empty files have hunks too', () => {
  assert.equal(
    hunks('a\nb\n', { one: 'a\nb' }).map(({ versions }) => versions.map((each) => each.lines)),
    [[['b\n'], ['b']]],
  );
  assert.equal(shown('', { one: 'a b\n' }), ['0-0: () | a b(one)']);
  assert.equal(hunks('a\n', { one: 'a\n' }), []);
});

test('what takes too long to compare is one hunk', () => {
  const some = (word: string) => Array.from({ length: 4000 }, (_, i) => `${word}${i}`).join(' ');
  const [first, ...others] = hunks(`same ${some('a')} end\n`, { one: `same ${some('b')} end\n` });
  assert.equal([first?.from, first?.to, others.length], [1, 4001, 0]);
});

test('many random versions: any choice of hunks makes a file, and what it has of each is found again', () => {
  const seed = chooseSeed();
  const random = randomFrom(seed);
  const words = ['a\n', 'b\n', 'c\n', '\n', 'd\r\n'];
  const some = (most: number) =>
    Array.from({ length: pick(random, [...Array(most).keys()]) }, () => pick(random, words));
  const change = (base: readonly string[]) =>
    base.flatMap((line) => pick(random, [[line], [line], [line], [], some(3)]));
  for (let round = 0; round < 300; round++) {
    const base = some(12);
    const sources = ['x', 'y', 'z'].map((id) => ({ id, lines: change(base) }));
    const found = hunksOf(base, sources, (a, b, options) => diffArrays(a, b, options));
    const where = `MM_SEED=${seed} ${JSON.stringify({ base, sources })}`;
    for (const { id, lines: own } of sources) {
      const taken = found.map(({ versions }) => versions.findIndex(({ by }) => by.includes(id)));
      assert.is(joinHunks(base, found, taken).join(''), own.join(''), where);
      assert.is(joinHunks(base, found, takenIn(base, found, own)!).join(''), own.join(''), where);
    }
    assert.is(joinHunks(base, found, []).join(''), base.join(''), where);
    const mixed = joinHunks(
      base,
      found,
      found.map(({ versions }) => pick(random, [...versions.keys()])),
    );
    assert.is(joinHunks(base, found, takenIn(base, found, mixed)!).join(''), mixed.join(''), where);
    assert.ok(
      found.every(({ to }, i) => to < (found[i + 1]?.from ?? Number.POSITIVE_INFINITY)),
      where,
    );
  }
  assert.is(takenIn(['a\n'], [], ['b\n']), null);
});

test.run();
