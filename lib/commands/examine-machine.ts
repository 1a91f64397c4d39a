// Looks at the machine: runtime, git, bash, terminal, disk. Only looks; starts nothing but git.
import { accessSync, constants } from 'node:fs';
import { FailureError } from '../core/failure.ts';
import { complaint, type Finding, good } from '../core/finding.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { stateRoot } from '../session/home.ts';
import { freeSpace, nearestThere } from '../system/files.ts';
import { findOwn } from '../system/find-on-path.ts';
import { gitVersion } from '../system/git.ts';
import { wantsColour } from '../view/paint.ts';
import { size } from '../view/session-rows.ts';

const LITTLE_BYTES = 2 ** 30;
const NARROW = 60;

export async function examineMachine(recipe: Recipe, noColour: boolean): Promise<readonly Finding[]> {
  return [runtime(), await git(), bash(), ...timeoutCommand(recipe), ...(await disk()), terminal(noColour)];
}

function runtime(): Finding {
  const { deno, node } = process.versions;
  if (deno !== undefined) return good('Deno', deno);
  if (Number(node.split('.')[0]) < 20) return complaint('Node', 'bad', doctorMessages.runtimeTooOld({ found: node }));
  return good('Node', node);
}

async function git(): Promise<Finding> {
  try {
    const version = await gitVersion();
    return version.ok ? good('git', version.value) : complaint('git', 'bad', version.failure);
  } catch (error) {
    if (error instanceof FailureError) return complaint('git', 'bad', error.failure);
    throw error;
  }
}

function bash(): Finding {
  const file = findOwn('bash');
  return file === null ? complaint('bash', 'bad', doctorMessages.bashMissing()) : good('bash', file);
}

function timeoutCommand(recipe: Recipe): readonly Finding[] {
  const looked = recipe.timeout.wrap.map(([command = '']) => command);
  if (looked.length === 0) return [];
  const found = looked.find((command) => findOwn(command) !== null);
  return [
    found === undefined
      ? complaint('timeout command', 'unknown', doctorMessages.noTimeoutCommand({ looked }))
      : good('timeout command', found),
  ];
}

async function disk(): Promise<readonly Finding[]> {
  const root = stateRoot(process.env);
  const blocked = notWritable(root);
  if (blocked !== null) return [complaint('sessions', 'bad', doctorMessages.rootNotWritable({ root, blocked }))];
  const free = await freeSpace(root);
  if (free < LITTLE_BYTES)
    return [complaint('disk space', 'warning', doctorMessages.littleSpace({ where: root, free: size(free) }))];
  return [good('disk space', `${size(free)} free for sessions in ${root}`)];
}

/** The folder that keeps us from writing to a place that may not exist yet; null: nothing does. */
export function notWritable(path: string): string | null {
  const at = nearestThere(path);
  try {
    accessSync(at, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return at;
  }
}

function terminal(noColour: boolean): Finding {
  const { stdin, stderr, env } = process;
  if (!stdin.isTTY || !stderr.isTTY) return complaint('terminal', 'unknown', doctorMessages.noTerminal());
  if (env.TERM === 'dumb') return complaint('terminal', 'warning', doctorMessages.dumbTerminal());
  const { columns = 80, rows = 24 } = stderr;
  if (columns < NARROW) return complaint('terminal', 'warning', doctorMessages.narrowTerminal({ columns }));
  const facts = [
    `${columns} × ${rows}`,
    wantsColour(stderr, env, noColour) ? 'colours' : 'no colours',
    env.TMUX ? 'in tmux' : null,
  ];
  return good('terminal', facts.filter((fact) => fact !== null).join(', '));
}
