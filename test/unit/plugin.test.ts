// The skill and the manifests by which other agents' hosts find it: whole, and true of this version.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { readArguments } from '../../lib/commands/arguments.ts';
import { COMMANDS } from '../../lib/commands/option-table.ts';
import { PROJECT } from '../support/paths.ts';

const text = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');
const json = (file: string) => JSON.parse(text(file));
const NAME = 'multi-model-execute';
const skill = text(`.agents/skills/${NAME}/SKILL.md`);
const { name, version } = json('package.json');

test('the skill has the fields that hosts read, within their limits', () => {
  const [, head = '', body = ''] = skill.split(/^---\n/m);
  const { name: called, description, compatibility } = parse(head);
  assert.is(called, NAME, 'the name of its folder');
  assert.ok(description.length > 100 && description.length <= 1024, `${description.length} characters`);
  assert.ok(compatibility.length <= 500);
  assert.not.match(description, /[<>]/);
  assert.ok(body.split('\n').length < 500, 'a host loads all of it');
});

test('every command in the skill can be typed, and the four are in its table', () => {
  const typed = [...skill.matchAll(/`mm ([^`]+)`/g)].map(([, words = '']) => words.replace(/ >.*$/, ''));
  assert.ok(typed.length > 10);
  for (const words of typed) {
    const [command = ''] = words.split(' ');
    const recipe = existsSync(join(PROJECT, `recipes/${command}.yaml`));
    assert.ok(recipe || Object.hasOwn(COMMANDS, command), `mm ${words}`);
    const read = readArguments(words.replace(/"[^"]*"/, 'task').split(' '));
    assert.ok(read.ok, `mm ${words}: ${read.ok ? '' : read.failure.what}`);
  }
  const four = [...skill.matchAll(/^\| `mm (\w+)/gm)].map(([, command]) => command);
  assert.equal(four, ['check', 'execute', 'pick', 'undo']);
  assert.match(skill, /Never give `--yes` unasked/);
});

test('what the skill says of --json is what the README documents', () => {
  const documented = text('README.md');
  const table = skill.slice(skill.indexOf('| key |'));
  const keys = [...table.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? []);
  for (const key of keys.filter((each) => each !== 'slot'))
    assert.ok(documented.includes(`"${key}"`) || documented.includes(`\`${key}\``), key);
});

test('the manifests name the skill, and this version', () => {
  for (const file of ['.claude-plugin/plugin.json', '.codex-plugin/plugin.json']) {
    const manifest = json(file);
    assert.equal([manifest.name, manifest.version, manifest.license], [name, version, 'MIT'], file);
    const [skills] = [manifest.skills].flat();
    assert.ok(existsSync(join(PROJECT, skills, NAME, 'SKILL.md')), `${file}: ${skills}`);
  }
  for (const file of ['.claude-plugin/marketplace.json', '.agents/plugins/marketplace.json']) {
    const [plugin] = json(file).plugins;
    const source = plugin.source.path ?? plugin.source;
    assert.equal([plugin.name, source], [name, './'], file);
  }
});

test.run();
