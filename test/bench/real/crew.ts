// Scripted models for a real task: each applies its patch where it is told to implement, and one of them answers as a judge
// would, or uselessly. Writes the commands and the recipe.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodePath, PROJECT } from '../../support/paths.ts';
import { APPLY, type Outcome } from './outcome.ts';
import { quoted } from './shell.ts';
import type { RealTask } from './tasks.ts';

/** What the comparing model answers: nothing of use, the first that it sees, a candidate that is right, one that is wrong. */
export const JUDGES = ['none', 'first', 'right', 'wrong'] as const;
export type Judge = (typeof JUDGES)[number];

const JUDGE = fileURLToPath(new URL('judge.ts', import.meta.url));

/** Which slot a model has: a name of letters and digits. */
export const slotOf = (model: string): string => model.replace(/[^a-z0-9]/gi, '').toLowerCase();

/** Writes the models' commands to `room/bin`, and the recipe; gives the recipe's path. */
export function writeCrew(task: RealTask, outcome: Outcome, judge: Judge, room: string): string {
  mkdirSync(join(room, 'bin'), { recursive: true });
  const answer = judge === 'none' ? 'echo not json at all' : judgeCommand(task, outcome, judge, room);
  for (const model of task.team) {
    const patch = quoted(join(task.folder, `${model}.diff`));
    const script = [
      '#!/bin/bash',
      `case "\${MM_STEP:-implement}" in compare*) ${answer}; exit;; esac`,
      'cat >/dev/null',
      'case "${MM_STEP:-implement}" in implement*) ;; *) echo ok; exit;; esac',
      APPLY.map((how) => `${how} ${patch}`).join(' || '),
    ];
    writeFileSync(join(room, 'bin', slotOf(model)), `${script.join('\n')}\n`, { mode: 0o755 });
  }
  const recipe = join(room, 'real.yaml');
  writeFileSync(recipe, recipeOf(task));
  return recipe;
}

function recipeOf({ team, visible }: RealTask): string {
  const slots = team.map(
    (model, index) =>
      `  ${slotOf(model)}: { title: ${slotOf(model)}, primary: ${index === 0}, workspace: worktree, ` +
      `backends: [{ cli: ${slotOf(model)}, run: [${slotOf(model)}], stdin: "\${prompt}" }] }\n`,
  );
  return (
    'recipe: 1\nname: real\nextends: execute\nslots:\n  claude: null\n  gemini: null\n  gpt: null\n' +
    `${slots.join('')}gates:\n  tests: { run: ${JSON.stringify(visible)}, timeout: 10m }\n`
  );
}

/** A judge that knows candidates by the lines that they added. */
function judgeCommand({ folder, team }: RealTask, outcome: Outcome, judge: Judge, room: string): string {
  const added = (model: string) =>
    readFileSync(join(folder, `${model}.diff`), 'utf8')
      .split('\n')
      .filter((line) => /^\+[^+]/.test(line) && line.length > 12)
      .map((line) => line.slice(1).trim());
  const isWanted = (model: string) => outcome.models[model]!.resolved === (judge === 'right');
  const file = join(room, 'judge.json');
  const wanted = team.filter(isWanted).map(added);
  const others = team.filter((model) => !isWanted(model)).flatMap(added);
  writeFileSync(file, JSON.stringify({ kind: judge, wanted, others }));
  return [nodePath(), join(PROJECT, 'node_modules/tsx/dist/cli.mjs'), JUDGE, file].map(quoted).join(' ');
}
