// What names stand for in the commands of a backend, where it is started for a slot. Knows no prompt.
import { join } from 'node:path';
import type { Json } from '../core/json.ts';
import type { Backend } from '../core/recipe.ts';
import type { StepContext } from './executor.ts';
import type { Question } from './model-question.ts';
import type { Run, Seat } from './run.ts';

/** @param question where it works, and for which slot */
export function backendNames(
  context: StepContext,
  { seat, cwd }: Pick<Question, 'seat' | 'cwd'>,
  backend: Backend,
): (path: string) => Json | undefined {
  const settings = settingsOf(context.run, seat);
  return (path: string) => {
    if (path === 'workspace.path') return cwd;
    if (path === 'settings') return settings;
    return path.startsWith('slot.') ? slotName(seat, backend, path) : context.lookup(path);
  };
}

/** The folder of the files that a slot's backends read their settings from. */
export const settingsOf = (run: Run, { slot }: Seat): string => join(run.session.dir, 'settings', slot.id);

function slotName({ slot }: Seat, backend: Backend, path: string): string | null {
  const names: Readonly<Record<string, string>> = {
    'slot.id': slot.id,
    'slot.title': slot.title,
    'slot.workspace': slot.workspace,
    'slot.backend': backend.cli,
  };
  return names[path] ?? null;
}
