// Pairs of a faulty recipe and what is said about it: faulty/<name>.recipe and faulty/<name>.txt. After a change that is
// meant, UPDATE=1 writes the texts anew; read them before you keep them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { frames } from '../../lib/view/frame.ts';
import { HERE, load } from './load.ts';

const folder = join(HERE, 'faulty');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.recipe'))
  .map((file) => basename(file, '.recipe'));

for (const name of names) {
  test(`says what is wrong: ${name.replaceAll('-', ' ')}`, async () => {
    const loaded = await load(join(folder, `${name}.recipe`));
    assert.not.ok(loaded.ok, 'the recipe is accepted');
    if (loaded.ok) return;
    assert.is(loaded.failure.exit, 2);
    const shown = loaded.failure.diagnostics.map((each) => ({ ...each, file: relative(folder, each.file) }));
    const text = `${frames(shown).replaceAll(folder, '.')}\n`;
    const expected = join(folder, `${name}.txt`);
    if (process.env.UPDATE === '1') writeFileSync(expected, text);
    assert.fixture(text, readFileSync(expected, 'utf8'));
  });
}

test('every expected text belongs to a recipe', () => {
  const texts = readdirSync(folder).filter((file) => file.endsWith('.txt'));
  assert.ok(texts.length >= 40);
  for (const text of texts) assert.ok(existsSync(join(folder, text.replace(/txt$/, 'recipe'))), text);
});

test.run();
