// The catalogue of CLIs: what a slot takes from it, what stands beside that, and that every entry is complete.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import type { Backend } from '../../lib/core/backend.ts';
import type { Recipe } from '../../lib/core/recipe.ts';
import { executors } from '../../lib/steps/index.ts';
import { PROJECT } from '../support/paths.ts';
import { loadText, readDisk } from './load.ts';

const SHIPPED = ['execute', 'gates', 'clis'];
const file = (name: string) => join(PROJECT, 'recipes', `${name}.yaml`);
const resolveNamed = (name: string) => (SHIPPED.includes(name) ? file(name) : null);

type Files = Readonly<Record<string, string>>;

/** @param lines below `extends: execute` */
async function loaded(lines: string, others: Files = {}, set: readonly string[] = []) {
  const texts: Files = { 'main.yaml': `recipe: 1\nname: execute\nextends: execute\n${lines}`, ...others };
  const settings = set.map((each) => ({ path: each.split('=')[0]!, value: each.split('=')[1]!, source: '--set' }));
  const read: typeof readDisk = async (path, limit) => {
    const text = path.startsWith('/r/') ? texts[path.slice(3)] : undefined;
    if (text !== undefined) return { bytes: new TextEncoder().encode(text) };
    return path.startsWith('/r/') ? { problem: { kind: 'missing' } } : readDisk(path, limit);
  };
  return loadText('', { executors, read, resolveNamed, shipped: SHIPPED, set: settings });
}

async function recipeOf(...args: Parameters<typeof loaded>): Promise<Recipe> {
  const done = await loaded(...args);
  if (!done.ok) throw new Error(done.failure.diagnostics.map(({ message }) => message).join('\n'));
  return done.value;
}

async function mistakesOf(...args: Parameters<typeof loaded>): Promise<readonly string[]> {
  const done = await loaded(...args);
  return done.ok ? [] : done.failure.diagnostics.map(({ message, hint }) => `${message} = ${hint}`);
}

const only = ({ slots }: Recipe, slot: string): Backend => slots[slot]!.backends[0]!;

test('a model is one line: its title, lines, environment and output come from the catalogue', async () => {
  const recipe = await recipeOf('slots: { opencode: { cli: opencode } }\n');
  const { title, workspace, backends } = recipe.slots.opencode!;
  assert.equal([title, workspace, backends.length], ['OpenCode', 'worktree', 1]);
  const [backend] = backends as [Backend];
  assert.equal(backend.run, ['opencode', 'run', '--format', 'json', '--auto']);
  assert.equal([backend.readOnly, backend.stdin], [false, '${prompt}']);
  assert.equal(backend.output.input_tokens, [{ path: 'part.tokens.input', where: {}, sum: true }]);
});

test('what stands beside `cli` replaces what the entry says, and arguments go where it says so', async () => {
  const recipe = await recipeOf(
    'slots:\n  opus: { cli: claude, title: Opus, workspace: clone, timeout: 5m, arguments: [--model, opus], env: { pass: [MINE] } }\n  own: { cli: kimi, run: [kimi, "${prompt}"] }\n  kiro: { backends: [{ cli: kiro }, { cli: pi, via: [nice] }] }\n',
  );
  const { title, workspace, timeoutMs } = recipe.slots.opus!;
  assert.equal([title, workspace, timeoutMs], ['Opus', 'clone', 300_000]);
  assert.equal(only(recipe, 'opus').run.slice(0, 4), ['claude', '-p', '--model', 'opus']);
  assert.equal((only(recipe, 'opus').readOnly as readonly string[]).slice(0, 4), ['claude', '-p', '--model', 'opus']);
  assert.equal(only(recipe, 'opus').env, { pass: ['MINE'], set: {} });
  assert.equal(only(recipe, 'own').run, ['kimi', '${prompt}']);
  assert.equal(only(recipe, 'own').output.format, 'jsonl');
  assert.equal(
    recipe.slots.kiro!.backends.map(({ cli, via }) => [cli, via]),
    [
      ['kiro-cli', []],
      ['pi', ['nice']],
    ],
  );
});

test('a backend that says how it is run is complete, as it always was', async () => {
  const recipe = await recipeOf(
    'slots: { c: { backends: [{ cli: claude, run: [claude, -p], stdin: "${prompt}" }] } }\n',
  );
  const { run, readOnly, env, output, allows } = only(recipe, 'c');
  assert.equal(
    [run, readOnly, env, output.format, allows],
    [['claude', '-p'], null, { pass: [], set: {} }, 'text', null],
  );
});

test('a fork changes what its parent has from the catalogue, value by value', async () => {
  const recipe = await recipeOf(
    'slots: { claude: { title: C, primary: true, workspace: main, backends: [{ cli: mine, run: [mine], stdin: "${prompt}" }] } }\nset:\n  slots.gpt.backends.0.env.set: { X: "1" }\n  slots.*.backends.*.via: [nice]\n',
    {},
    ['slots.gemini.backends.0.run=[gemini, -y]', 'slots.grok={ cli: grok }'],
  );
  assert.equal(only(recipe, 'claude').run, ['mine']);
  assert.equal([only(recipe, 'gpt').env.set, only(recipe, 'gpt').env.pass], [{ X: '1' }, ['OPENAI_*', 'CODEX_*']]);
  assert.equal(
    [only(recipe, 'gemini').run, only(recipe, 'gemini').output.answer[0]!.path],
    [['gemini', '-y'], 'content'],
  );
  assert.is(only(recipe, 'grok').cli, 'grok');
});

test('an unknown entry gets the nearest one, and where to add one', async () => {
  const [near, ...more] = await mistakesOf('slots: { o: { cli: opencoed }, p: { backends: [{ cli: zzz }] } }\n');
  assert.match(near!, /no entry `opencoed` = did you mean `opencode`\?.*`run:` beside it.*`cli_table:`/);
  assert.match(more.join('\n'), /no entry `zzz` = known here: claude, gemini, .*grok; or say/);
  assert.is(more.length, 1);
});

test("a catalogue of one's own goes before the one that comes with the program, and is checked", async () => {
  const ours =
    'recipe: 1\nname: ours\nclis:\n  mine: { title: Mine, run: [mine, "${arguments}"], stdin: "${prompt}" }\n  pi: { run: [pi2], stdin: "${prompt}" }\n';
  const lines =
    'cli_table: ours.yaml\nslots: { mine: { cli: mine, arguments: [-x] }, pi: { cli: pi }, qwen: { cli: qwen } }\n';
  const recipe = await recipeOf(lines, { 'ours.yaml': ours });
  assert.equal(
    ['mine', 'pi', 'qwen'].map((slot) => only(recipe, slot).run.slice(0, 2)),
    [['mine', '-x'], ['pi2'], ['qwen', '-y']],
  );
  const faulty = ours.replace('[pi2]', '[pi2, "${promt}"]').replace('title: Mine', 'titel: Mine');
  const found = await mistakesOf(lines, { 'ours.yaml': faulty });
  assert.match(found.join('\n'), /unknown key `titel`.*did you mean `title`/);
  assert.match(found.join('\n'), /`\$\{promt\}`|promt/);
  assert.match((await mistakesOf('cli_table: nowhere.yaml\n')).join('\n'), /nowhere\.yaml does not exist/);
});

test('`permissions: workspace` takes the line that keeps a CLI inside, and is refused where there is none', async () => {
  const recipe = await recipeOf('slots: { x: { cli: codex, permissions: workspace }, y: { cli: codex } }\n');
  const resume = (slot: string) => only(recipe, slot).resume ?? [];
  assert.equal(
    ['x', 'y'].map((slot) => ['workspace-write', '--yolo'].map((flag) => resume(slot).includes(flag))),
    [
      [true, false],
      [false, true],
    ],
  );
  assert.equal(
    ['x', 'y'].map((slot) => [only(recipe, slot).permissions, only(recipe, slot).run.includes('workspace-write')]),
    [
      ['workspace', true],
      ['full', false],
    ],
  );
  const lines =
    'permissions: workspace\nslots: { claude: null, gemini: null, gpt: null, k: { cli: kimi, primary: true } }\n';
  const [message, ...more] = await mistakesOf(lines);
  assert.match(message!, /^kimi has no command that keeps it inside its workspace.*`workspace_only:`/);
  assert.equal(more, []);
  assert.equal(await mistakesOf(lines.replace('primary: true', 'primary: true, permissions: full')), []);
});

test('what the CLIs of the usual recipe may do stands beside the first run in the README', async () => {
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  const { slots } = await recipeOf('');
  for (const { allows, cli } of Object.values(slots).flatMap(({ backends }) => backends))
    assert.ok(readme.includes(`| ${allows!.replace(/^It may (.*)\.$/, '$1')} |`), cli);
});

test('every entry is complete, and all of its templates resolve', async () => {
  const { clis } = parse(readFileSync(file('clis'), 'utf8')) as { clis: Record<string, Record<string, unknown>> };
  const names = Object.keys(clis);
  assert.ok(names.length >= 21);
  const recipe = await recipeOf(`slots:\n${names.map((name) => `  s-${name}: { cli: ${name} }\n`).join('')}`);
  for (const [name, entry] of Object.entries(clis)) {
    const { allows, install, login, stdin, run, readOnly, judge, resume, flags, unlisted } = only(recipe, `s-${name}`);
    assert.match(recipe.slots[`s-${name}`]!.title, /^[A-Z]/, name);
    assert.match(allows!, /^It may .*\.$/, name);
    assert.ok(install && login.how, name);
    assert.ok('read_only' in entry, `${name} says nothing of read-only steps`);
    for (const key of ['run', 'read_only', 'judge', 'workspace_only', 'resume', 'workspace_resume'])
      if (Array.isArray(entry[key])) assert.ok(entry[key].includes('${arguments}'), `${name}.${key}`);
    for (const line of [run, readOnly || [], judge ?? [], resume ?? []]) {
      assert.not.ok(line.includes('${arguments}'), name);
      assert.ok(line.length === 0 || stdin !== null || line.includes('${prompt}'), name);
    }
    for (const flag of unlisted)
      assert.ok(
        flags.some((each) => each.flag === flag),
        `${name}: ${flag}`,
      );
  }
});

test.run();
