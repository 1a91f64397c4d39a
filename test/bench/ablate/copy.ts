// A copy of the program and its benches in which one heuristic is switched off.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../support/paths.ts';
import type { Edit } from './switches.ts';

const COPIED = ['lib', 'recipes', 'test/bench', 'test/support', 'mm.ts', 'package.json', 'tsconfig.json'];

/**
 * Makes the copy.
 * @throws Error where an edit does not fit exactly once
 */
export function copyWithout(edits: readonly Edit[], folder: string, project: string = PROJECT): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of COPIED) cpSync(join(project, path), join(folder, path), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, find, replace } of edits) {
    const parts = readFileSync(join(folder, file), 'utf8').split(find);
    if (parts.length !== 2)
      throw new Error(`${file} has "${find}" ${parts.length - 1} times: mend test/bench/ablate/switches.ts`);
    writeFileSync(join(folder, file), parts.join(replace));
  }
}
