// The reference's example of each executor, put together as one recipe and run: what the manual shows can be done.
// deadline: 600
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { executors } from '../../lib/steps/index.ts';
import { eventsOfType, withCrew } from '../support/crew.ts';

/**
 * Where the examples stand, by the names of their executors, in an order in which they make sense; those that stand in the
 * place of others have tests of their own: of the repository a plain folder, of a model what is there already.
 */
const PHASES = {
  context: ['task', 'repository', 'read', 'find_gates', 'detect', 'ask', 'command', 'stash'],
  pass: ['confirm', 'reset'],
  lanes: ['workspace', 'prepare', 'model', 'capture', 'gates'],
  together: ['answered', 'cross_gates', 'tell_apart', 'judge', 'compose'],
  mended: ['keep_if_better', 'adopt', 'event'],
  end: ['review', 'revision', 'apply', 'write'],
} as const;

const ELSEWHERE = ['folder', 'fetch', 'take', 'deliver']; // folder.test.ts, combine.test.ts, deliver.test.ts

/** Each pass makes what the judge looks for: the examples put together what this pass made, whatever the one before did. */
const CREW = {
  claude: {
    implement: 'put src/a.txt "a, BEST"\nput src/b.txt "b of claude"\nsay claude did it',
    implement_2: 'put src/a.txt "a once more, BEST"\nput src/b.txt "b of claude"\nsay claude did it again',
    compare: 'prefer BEST',
  },
  gemini: {
    implement: 'put src/a.txt "a of gemini"\nput src/b.txt "b, BEST"\nsay gemini did it',
    implement_2: 'put src/a.txt "a of gemini"\nput src/b.txt "b once more, BEST"\nsay gemini did it again',
  },
  codex: null,
} as const;

test("every executor's example runs", () =>
  withCrew({ ...CREW, files: { '.gitignore': 'node_modules\n' } }, async (repo) => {
    repo.installTool('npm', '#!/bin/sh\necho "$@" >>"$MM_SESSION_DIR/npm"\n');
    assert.equal([...Object.values(PHASES).flat(), ...ELSEWHERE].sort(), executors.map(({ name }) => name).sort());
    const steps = (names: readonly string[], indent: number) =>
      names.map((name) => {
        const { example } = executors.find((each) => each.name === name)!;
        return `${' '.repeat(indent)}${example.replace(/: (\$\{[\w.]+\})(?=\s|$)/g, ': "$1"')}`;
      });
    const recipe = [
      'recipe: 1',
      'name: examples',
      'extends: execute',
      'phases:',
      '  - id: context',
      '    steps:',
      ...steps(PHASES.context, 6),
      '  - id: pass',
      '    repeat: 2',
      '    steps:',
      ...steps(PHASES.pass, 6),
      // what the model's example reads, and what the judge's template asks for
      '      - { write: prompt.md, template: implement }',
      '      - { model: primary, template: explore, read_only: true, save: background }',
      '      - id: lanes',
      '        for: slots.available',
      '        steps:',
      ...steps(PHASES.lanes, 10),
      ...steps(PHASES.together, 6),
      '      - { id: integrate, model: primary, template: integrate, in: "${combined}", save: mended }',
      ...steps(PHASES.mended, 6),
      '  - id: end',
      '    steps:',
      ...steps(PHASES.end, 6),
      'finally: []',
    ];
    const file = join(repo.home, 'examples.yaml');
    writeFileSync(file, `${recipe.join('\n')}\n`);
    const result = await repo.runMm([file, 'Write greetings', '--headless', '--yes'], { deadline: 300_000 });
    assert.is(result.code, 0, result.stderr);
    const ran = new Map<string, Set<string>>();
    for (const { executor, outcome } of eventsOfType(result, 'step_end'))
      ran.set(executor, (ran.get(executor) ?? new Set()).add(outcome));
    for (const name of Object.values(PHASES).flat())
      assert.ok(ran.get(name)?.has('ok'), `${name}: ${[...(ran.get(name) ?? [])]}`);
    assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a once more, BEST\n', 'b once more, BEST\n']);
  }));

test.run();
