import assert from 'node:assert/strict';
import { test } from 'node:test';
import { truncate } from '../src/index.js';

test('cuts between words', () => {
  assert.equal(truncate('the old man and the sea', 12), 'the old man…');
});

test('leaves a short text alone', () => {
  assert.equal(truncate('the sea', 12), 'the sea');
});

test('cuts a word that is too long', () => {
  assert.equal(truncate('Donaudampfschifffahrt', 6), 'Donau…');
});
