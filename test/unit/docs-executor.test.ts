// "A new executor in five minutes" in lib/README.md, taken literally: its blocks are put into a copy of the program, what
// is generated is written, and a recipe uses it.
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { blocksOf } from '../support/documents.ts';
import { nodePath, PROJECT } from '../support/paths.ts';
import { withRepo } from '../support/repo.ts';
import { runProcess } from '../support/start-process.ts';

const blocks = blocksOf(readFileSync(join(PROJECT, 'lib/README.md'), 'utf8'));
const block = (info: string): string => {
  const found = blocks.find((each) => each.info === info);
  if (found === undefined) throw new Error(`lib/README.md has no block \`${info}\``);
  return found.text;
};

/** Puts text into a file behind (or before) a line that must be there. */
function insert(file: string, text: string, place: { readonly behind: string } | { readonly before: string }): void {
  const source = readFileSync(file, 'utf8');
  const mark = 'behind' in place ? place.behind : place.before;
  assert.ok(source.includes(mark), `${file}: ${mark}`);
  writeFileSync(
    file,
    source.replace(mark, () => ('behind' in place ? `${mark}\n${text}` : `${text}\n${mark}`)),
  );
}

test('the executor of lib/README.md is made, described, checked and run as it says', () =>
  withRepo(async (repo) => {
    const copy = join(repo.root, 'program');
    for (const part of ['mm.ts', 'package.json', 'tsconfig.json', 'lib', 'recipes', 'test'])
      cpSync(join(PROJECT, part), join(copy, part), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));

    writeFileSync(join(copy, 'lib/steps/at-most.ts'), `${block('ts file=lib/steps/at-most.ts')}\n`);
    const says = 'export const messages = catalogue({';
    insert(join(copy, 'lib/core/messages/run-messages.ts'), block('ts after=lib/core/messages/run-messages.ts'), {
      behind: says,
    });
    const index = join(copy, 'lib/steps/index.ts');
    insert(index, block('ts import=lib/steps/index.ts'), { before: 'import { capture }' });
    insert(index, block('ts list=lib/steps/index.ts'), { behind: 'export const executors: readonly Executor[] = [' });

    const tsx: readonly [string, string] = [nodePath(), join(PROJECT, 'node_modules/tsx/dist/cli.mjs')];
    for (const script of ['test/recipes/write-schema.ts', 'test/docs/write-reference.ts']) {
      const done = await runProcess([...tsx, join(copy, script)], { cwd: copy, env: repo.env });
      assert.is(done.code, 0, done.stderr);
    }
    assert.match(readFileSync(join(copy, 'recipes/README.md'), 'utf8'), /#### at_most\n\nEnds the run when/);
    const schema = JSON.parse(readFileSync(join(copy, 'recipes/recipe.schema.json'), 'utf8'));
    assert.ok('step-at_most' in schema.definitions);

    const recipe = (most: string) => {
      const text = readFileSync(join(copy, 'recipes/execute.yaml'), 'utf8');
      const apply = '          - { review: "${combined}", save: combined }';
      assert.ok(text.includes(apply));
      return text.replace(apply, `          - { at_most: ${most} }\n${apply}`).replace('$schema=./', '$schema=');
    };
    repo.write({ 'wrong.yaml': recipe('many'), 'few.yaml': recipe('1'), 'enough.yaml': recipe('2') });
    repo.commit('recipes');
    const wrong = await repo.runMm(['check', 'wrong.yaml'], { project: copy });
    assert.is(wrong.code, 2);
    assert.match(wrong.stderr, /wrong\.yaml:\d+:\d+ +`at_most` must be a whole number of at least 1/, wrong.stderr);

    repo.installAgent('claude', { implement: 'put a.txt a\nput b.txt b' });
    const run = (file: string, args: readonly string[]) =>
      repo.runMm([file, 'Write files', '--headless', '--yes', '--only', 'claude', ...args], { project: copy });
    assert.match((await run('few.yaml', ['--dry-run'])).stdout, /- go on if the plan changes at most 1 files/);
    const few = await run('few.yaml', []);
    assert.is(few.code, 1, few.stderr);
    assert.match(few.stderr, /The plan changes 2 files; at most 1 are wanted\.[\s\S]*Split the task/);
    assert.not.ok(repo.has('a.txt'));
    const enough = await run('enough.yaml', []);
    assert.is(enough.code, 0, enough.stderr);
    assert.is(repo.read('b.txt'), 'b\n');
  }));

test.run();
