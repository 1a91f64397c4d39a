// The recipes that come with the program load without a mistake, and whatever is done to one only gives mistakes.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Result } from '../../lib/core/failure.ts';
import type { Recipe } from '../../lib/core/recipe.ts';
import { loadRecipe, type Read, type RecipeFailure } from '../../lib/recipe/load.ts';
import { executors } from '../../lib/steps/index.ts';
import { frames } from '../../lib/view/frame.ts';
import { writeBenchRecipe } from '../bench/recipe.ts';
import { PROJECT } from '../support/paths.ts';
import { readDisk } from './load.ts';

const folder = join(PROJECT, 'recipes');
const shipped = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => basename(file, '.yaml'));

const resolveNamed = (word: string) => (shipped.includes(word) ? join(folder, `${word}.yaml`) : null);

function load(name: string, read: Read = readDisk): Promise<Result<Recipe, RecipeFailure>> {
  return loadRecipe(join(folder, `${name}.yaml`), { executors, read, resolveNamed, shipped });
}

const hosts = readdirSync(join(folder, 'hosts')).map((file) => `hosts/${basename(file, '.yaml')}`);

for (const name of [...shipped.filter((each) => !['gates', 'clis'].includes(each)), ...hosts]) {
  test(`recipes/${name}.yaml has no mistake [K3]`, async () => {
    const loaded = await load(name);
    assert.ok(loaded.ok, loaded.ok ? '' : `${loaded.failure.what}\n${frames(loaded.failure.diagnostics)}`);
  });
}

test('the recipe that the bench makes of execute.yaml has no mistake', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mm-bench-recipe-'));
  try {
    const slots = { claude: { cli: 'claude', workspace: 'main' }, gemini: { cli: 'gemini', workspace: 'worktree' } };
    const file = writeBenchRecipe(join(dir, 'bench.yaml'), { gate: 'true', slots });
    const loaded = await loadRecipe(file, { executors, read: readDisk, resolveNamed, shipped });
    assert.ok(loaded.ok, loaded.ok ? '' : frames(loaded.failure.diagnostics));
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('every backend that the document describes is in execute.yaml, as data [R3, M1]', async () => {
  const loaded = await load('execute');
  assert.ok(loaded.ok);
  const slots = loaded.ok ? loaded.value.slots : {};
  assert.equal(
    Object.values(slots).map(({ id, backends }) => [id, backends.map(({ cli }) => cli)]),
    [
      ['claude', ['claude']],
      ['gemini', ['gemini', 'agy', 'agent']],
      ['gpt', ['codex', 'agent']],
    ],
  );
});

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomBy(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FRAGMENTS = [
  '${',
  '}',
  '${task}',
  '$${',
  ': ',
  '\n',
  '\t',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '|',
  '>',
  '*a',
  '&a ',
  '#',
  '!',
  'null',
  '~',
  '0',
  '-1',
  '1e999',
  '.nan',
  '../',
  '\u0000',
  'é',
  '漢',
  '<<: ',
  '? ',
  '%',
  '@',
  '`',
  '---\n',
  'steps: ',
  'id: ',
  'save: ',
  'for: ',
  '__proto__',
  'constructor: ',
];

/** One to five changes: lines moved, doubled, taken away; pieces inserted, words replaced by others. */
function mutate(text: string, random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let changed = text;
  for (let count = 1 + Math.floor(random() * 5); count > 0; count--) {
    const lines = changed.split('\n');
    const line = Math.floor(random() * lines.length);
    const at = Math.floor(random() * changed.length);
    switch (Math.floor(random() * 6)) {
      case 0:
        changed = lines.filter((_, i) => i !== line).join('\n');
        break;
      case 1:
        changed = lines.toSpliced(line, 0, pick(lines)).join('\n');
        break;
      case 2:
        changed = lines.with(line, ' '.repeat(Math.floor(random() * 12)) + lines[line]!.trim()).join('\n');
        break;
      case 3:
        changed = changed.slice(0, at) + pick(FRAGMENTS) + changed.slice(at);
        break;
      case 4:
        changed = changed.slice(0, at) + changed.slice(at + Math.floor(random() * 20));
        break;
      default:
        changed = changed.replace(pick(changed.match(/[\w-]+/g) ?? ['x']), pick(changed.match(/[\w-]+/g) ?? ['y']));
    }
  }
  return changed;
}

test(`random changes to execute.yaml never throw and always point into the text (SEED=${seed})`, async () => {
  const random = randomBy(seed);
  const text = readFileSync(join(folder, 'execute.yaml'), 'utf8');
  let refused = 0;
  for (let i = 0; i < Number(process.env.ROUNDS ?? 80); i++) {
    const changed = mutate(text, random);
    const table = 'recipe: 1\nname: gates\ngate_rules: []\n';
    const texts = { 'execute.yaml': changed, 'gates.yaml': table };
    const read: Read = async (file, limit) =>
      Object.hasOwn(texts, basename(file))
        ? { bytes: new TextEncoder().encode(texts[basename(file) as keyof typeof texts]) }
        : readDisk(file, limit);
    const loaded = await load('execute', read);
    if (loaded.ok) continue;
    refused++;
    const { diagnostics } = loaded.failure;
    const lines = changed.split('\n');
    for (const { file, line, column, length, source, message } of diagnostics) {
      assert.ok(message !== '' && length >= 1, `round ${i}`);
      if (!file.endsWith('/execute.yaml')) continue;
      assert.is(source, lines[line - 1]!.replace(/\r$/, ''), `round ${i}: ${message}`);
      assert.ok(column >= 1 && column <= source.length + 1, `round ${i}: ${message} ${line}:${column}`);
    }
    assert.ok(frames(diagnostics).length > 0 || diagnostics.length === 0);
  }
  assert.ok(refused > 20, `only ${refused} were refused`);
});

test.run();
