// `mm help <topic>` prints what the documents say, and every topic that help names is there.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TOPICS, topicText } from '../../lib/commands/help.ts';
import { COMMANDS } from '../../lib/commands/option-table.ts';
import { executors } from '../../lib/steps/index.ts';
import { PROJECT } from '../support/paths.ts';

test('every topic is a section, and is called like no command and no recipe', async () => {
  const recipes = readdirSync(join(PROJECT, 'recipes')).map((file) => file.replace('.yaml', ''));
  for (const [name, { heading }] of Object.entries(TOPICS)) {
    const text = await topicText(name);
    assert.ok(text !== null && text.length > 5, name);
    assert.match(text[0] ?? '', new RegExp(`^#+ ${heading}$`), name);
    assert.not.ok(Object.hasOwn(COMMANDS, name) || recipes.includes(name), name);
  }
});

test('a section ends where the next of its rank begins; comments in a code block are no headings', async () => {
  const text = (await topicText('json'))?.join('\n') ?? '';
  assert.match(text, /"schema_version": 1/);
  assert.not.match(text, /What a child process gets/);
  const cookbook = (await topicText('cookbook')) ?? [];
  assert.ok(cookbook.filter((line) => line.startsWith('### ')).length > 5);
  assert.not.ok(cookbook.includes('## Reference'));
});

test('every step is a topic; what is none is null', async () => {
  for (const { name } of executors) assert.is((await topicText(name))?.[0], `#### ${name}`);
  assert.is(await topicText('nonsense'), null);
});

test.run();
