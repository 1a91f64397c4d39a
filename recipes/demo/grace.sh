#!/usr/bin/env bash
# Grace, a scripted agent: writes the tests one would wish for, and then a function that fails half of them.
. "$(dirname -- "$0")/common.sh"

implement() {
  say 'Starting with the tests: what should a slug be? …'
  think 0.7
  cat >test/slugify.test.js <<'END'
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slugify } from '../src/index.js';

test('joins lower-case words with hyphens', () => {
  assert.equal(slugify('Hello World'), 'hello-world');
});

test('takes the accents off', () => {
  assert.equal(slugify('Crème brûlée à la carte'), 'creme-brulee-a-la-carte');
});

test('keeps letters of other alphabets', () => {
  assert.equal(slugify('Война и мир 2'), 'воина-и-мир-2');
});

test('treats any run of blanks and signs as one gap', () => {
  assert.equal(slugify('snake_case  &  kebab--case'), 'snake-case-kebab-case');
});

test('leaves no hyphen at either end', () => {
  assert.equal(slugify('  ¿Qué tal? '), 'que-tal');
});

test('takes another separator', () => {
  assert.equal(slugify('Hello World', { separator: '_' }), 'hello_world');
});

test('has nothing to say about nothing', () => {
  assert.equal(slugify(' … '), '');
});
END
  say 'Now the function …'
  think 0.8
  cat >src/slugify.js <<'END'
/**
 * Writes a text as a slug.
 * @param {string} text
 * @param {{ separator?: string }} [options]
 * @returns {string}
 */
export function slugify(text, { separator = '-' } = {}) {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, separator);
}
END
  export_slugify
  document '`slugify(text)` makes a slug'
  think 0.6
  say 'slugify is written and thoroughly tested. Some of the tests still fail; I am out of time.'
}

run
