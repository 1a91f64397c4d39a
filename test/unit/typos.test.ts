// What people mistype gets the nearest right word: commands, recipes, options, shells, sessions. (A slot's name is in
// test/e2e/bad-input.test.ts, names in a recipe are in test/recipes/.)
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, readArguments } from '../../lib/commands/arguments.ts';
import { completion } from '../../lib/commands/completion.ts';
import { help } from '../../lib/commands/help.ts';
import { init } from '../../lib/commands/init.ts';
import { findRecipe } from '../../lib/commands/recipe-files.ts';
import type { Failure, Result } from '../../lib/core/failure.ts';
import { findSession } from '../../lib/session/find.ts';
import { withRepo } from '../support/repo.ts';

/** What each command makes of its first word, before it does anything. */
const COMMANDS: Readonly<Record<string, (line: CommandLine) => Result<unknown> | Promise<Result<unknown>>>> = {
  run: ({ operands }) => findRecipe(operands[0]!, ['/nowhere']),
  help,
  init,
  completion,
};

async function failureOf(typed: string): Promise<Failure> {
  const line = readArguments(typed.split(' '));
  const outcome = line.ok ? await COMMANDS[line.value.command]!(line.value) : line;
  if (outcome.ok) throw new Error(`${typed} is no mistake`);
  return outcome.failure;
}

for (const [typed, meant] of [
  ['chekc', 'mm check'],
  ['exeucte task', 'mm execute'],
  ['Execute task', 'mm execute'],
  ['recipes/exceute.yaml task', 'mm execute'],
  ['isolatd task', 'mm isolated'],
  ['sesions', 'mm sessions'],
  ['shwo', 'mm show'],
  ['reprot', 'mm report'],
  ['resmue', 'mm resume'],
  ['recvoer', 'mm recover'],
  ['undoo', 'mm undo'],
  ['claen', 'mm clean'],
  ['compeltion bash', 'mm completion'],
  ['completion bsah', 'mm completion bash'],
  ['help shwo', 'mm show'],
  ['exeucte --help', 'mm execute'],
  ['init exceute', 'mm init execute'],
  ['execute task --pases 2', 'Did you mean --passes?'],
  ['execute task --headles', 'Did you mean --headless?'],
  ['execute task --dryrun', 'Did you mean --dry-run?'],
  ['execute task --tiemout 3', 'Did you mean --timeout?'],
  ['clean --session', 'Did you mean --sessions?'],
  ['sessions --jsno', 'Did you mean --json?'],
] as const) {
  test(`mm ${typed}: ${meant}`, async () => {
    const { exit, what, remedy } = await failureOf(typed);
    assert.is(exit, 2);
    assert.ok(remedy.includes(meant), [what, ...remedy].join('\n'));
  });
}

test('a word that is near to nothing gets what there is', async () => {
  assert.match((await failureOf('frobnicate')).remedy.join('\n'), /recipes that come with the program: .*execute/);
  assert.match((await failureOf('completion tcsh')).remedy.join('\n'), /mm completion fish/);
  assert.match((await failureOf('init zzz')).remedy.join('\n'), /Name one of: .*execute/);
  assert.match((await failureOf('execute task --zzz')).remedy.join('\n'), /mm --help/);
});

test('sessions: the nearest, and the newest where none is near', () =>
  withRepo(({ sessions }) => {
    const folder = join(sessions, 'repos/project--0');
    const id = '20261122-101112Z-1234-ab12';
    mkdirSync(join(folder, 'sessions/execute', id), { recursive: true });
    writeFileSync(join(folder, 'sessions/execute', id, 'session.json'), '{"status":"failed","repository":"/work/a b"}');
    const told = (word: string) => {
      const found = findSession(folder, word);
      if (found.ok) throw new Error(`${word} was found`);
      return found.failure.remedy.join('\n');
    };
    assert.is(told('20261122-101112Z-1243-ab12'), `Did you mean ${id}?`);
    assert.is(told('lastest'), 'Did you mean latest?');
    const other = join(sessions, 'repos/other--1');
    mkdirSync(other, { recursive: true });
    const away = findSession(other, id);
    assert.equal(away.ok ? [] : away.failure.remedy, ['Go there first:', "cd '/work/a b'"]);
    assert.match(told('1999'), new RegExp(`newest sessions:\n${id}`));
  }));

test.run();
