// Real repositories' manifests, and the gates that their maintainers run by their CI files and guides for contributors.
// Written down and judged before the finder saw them. `npx tsx test/unit/gates/write-table.ts` writes the table for people.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { repositories, tableOf } from './repositories.ts';

const all = repositories();

test('there are real repositories of every kind [A3]', () => {
  assert.ok(all.length >= 20);
  assert.is(new Set(all.map(({ kind }) => kind)).size, all.length);
});

test('the table for people is the one that is found [A3]', () =>
  assert.ok(
    readFileSync(new URL('./repositories.md', import.meta.url), 'utf8').endsWith(tableOf(all)),
    'write it anew',
  ));

for (const { repository, expect, found } of all) {
  test(`finds the gates that maintainers run: ${repository} [A3]`, () =>
    assert.equal(found, expect, tableOf(all.filter((one) => one.repository === repository))));
}

test.run();
