import assert from 'node:assert/strict';
import { test } from 'node:test';
import { titleCase } from '../src/index.js';

test('capitalizes the words that matter', () => {
  assert.equal(titleCase('the old man and the sea'), 'The Old Man and the Sea');
});

test('copes with blanks and shouting', () => {
  assert.equal(titleCase('  PRIDE   and PREJUDICE '), 'Pride and Prejudice');
});
