// What names stand for in the commands of a backend, where it is started for a slot. Knows no prompt.
import { dirname, join } from 'node:path';
import type { Backend } from '../core/backend.ts';
import type { Json } from '../core/json.ts';
import { makeFolder, writeAtomic } from '../system/files.ts';
import type { StepContext } from './executor.ts';
import type { Question } from './model-question.ts';
import type { Run, Seat } from './run.ts';

/** @param question where it works, and for which slot */
export function backendNames(
  context: StepContext,
  { seat, cwd, far }: Pick<Question, 'seat' | 'cwd' | 'far'>,
  backend: Backend,
): (path: string) => Json | undefined {
  const settings = settingsOf(context.run, { seat, cwd, far });
  return (path: string) => {
    if (path === 'workspace.path') return cwd;
    if (path === 'settings') return settings;
    return path.startsWith('slot.') ? slotName(seat, backend, path) : context.lookup(path);
  };
}

/** The folder of the files that a slot's backends read their settings from: of the session, or beside the lane. */
const settingsOf = (run: Run, { seat, cwd, far }: Pick<Question, 'seat' | 'cwd' | 'far'>): string =>
  far === undefined ? join(run.session.dir, 'settings', seat.slot.id) : join(dirname(cwd), 'settings');

/** The files that a backend reads its settings from: written here; for another host, what is to be written there. */
export async function keptSettings(
  run: Run,
  question: Question,
  { settings }: Backend,
): Promise<Record<string, string>> {
  const folder = settingsOf(run, question);
  const files = Object.fromEntries(Object.entries(settings).map(([name, text]) => [join(folder, name), text]));
  if (question.far !== undefined) return files;
  if (Object.keys(files).length > 0) await makeFolder(folder, 0o700);
  for (const [file, text] of Object.entries(files)) await writeAtomic(file, text);
  return {};
}

function slotName({ slot }: Seat, backend: Backend, path: string): string | null {
  const names: Readonly<Record<string, string>> = {
    'slot.id': slot.id,
    'slot.title': slot.title,
    'slot.workspace': slot.workspace,
    'slot.backend': backend.cli,
  };
  return names[path] ?? null;
}
