#!/usr/bin/env bash
# Alan, a scripted agent: thinks of the people who use it (README, command line), less of the code's looks and of accents.
. "$(dirname -- "$0")/common.sh"

implement() {
  say 'People will want this on the command line too …'
  think 0.6
  tab=$(printf '\t')
  cat >src/slugify.js <<END
/** Turns a text into a slug. */
export function slugify(text, separator = "-") {
${tab}return text.toLowerCase().match(/\w+/g).join(separator);
}
END
  export_slugify
  grep -q slugify bin/wordsmith.js || edit bin/wordsmith.js 's/^import { titleCase/import { slugify, titleCase/
s/^  title: /  slug: (text, separator) => slugify(text, separator),\
&/'
  say 'Documenting it …'
  think 0.5
  document '`slugify(text, separator)` writes a piece of a web address: `Crème brûlée!` → `creme-brulee`'
  grep -q 'wordsmith slug' README.md || edit README.md 's/^- `wordsmith title/- `wordsmith slug "Crème brûlée!"`, or with underscores: `wordsmith slug "Crème brûlée!" _`\
&/'
  cat >test/slugify.test.js <<'END'
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slugify } from '../src/index.js';

test('makes a slug', () => {
  assert.equal(slugify('Hello World'), 'hello-world');
});

test('keeps underscores', () => {
  assert.equal(slugify('snake_case'), 'snake_case');
});
END
  think 0.5
  say 'Done: `wordsmith slug "Hello World"` works, and the README says so.'
}

run
