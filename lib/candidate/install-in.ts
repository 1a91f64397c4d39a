// Which command installs what a folder's lock file names: that of the nearest lock or manifest, upwards. Runs nothing.
import { dirname, join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { PrepareRule } from '../core/preparation.ts';
import type { Command } from '../core/shell-word.ts';
import { exists } from '../system/files.ts';

interface Install {
  /** Where it is to be run, from the workspace's top; '.' is the top itself. */
  readonly folder: string;
  readonly command: Command;
}

/** A manifest or lock file that asks for other packages than the base's. */
export interface Wish {
  readonly path: string;
  readonly rule: PrepareRule;
}

/** Whose packages a workspace holds. */
export interface Installed {
  readonly tree: string;
  readonly wishes: readonly Wish[];
  /** Why they could not be installed. */
  readonly failure: Failure | null;
}

/** @returns null: nothing there says what is to be installed */
export async function installIn(workspace: string, rule: PrepareRule, folder: string): Promise<Install | null> {
  for (const [file, command] of Object.entries(rule.install))
    for (let at = folder; ; at = dirname(at)) {
      if (await exists(join(workspace, at, file))) return { folder: at, command };
      if (at === '.' || at === '/') break;
    }
  return null;
}
