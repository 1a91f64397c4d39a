// A small repository for a demonstration: a folder of the recipe's, copied into a temporary place and committed there.
import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gitText } from '../system/git.ts';

/** @returns the top of the new repository; it stays there for the user to look at */
export async function makeSample(folder: string): Promise<string> {
  const top = join(realpathSync(mkdtempSync(join(tmpdir(), 'mm-'))), basename(folder));
  cpSync(folder, top, { recursive: true });
  await gitText({ cwd: top }, ['init', '-q', '-b', 'main']);
  await gitText({ cwd: top }, ['add', '-A']);
  await gitText({ cwd: top }, ['commit', '-q', '-m', 'A sample project']);
  return top;
}
