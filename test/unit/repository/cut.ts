// Stops our own file operations at a chosen one, as if the process had been killed there: that one and all later ones
// fail, and no process starts any more.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const WRITING = [
  'rename',
  'unlink',
  'rmdir',
  'rm',
  'mkdir',
  'symlink',
  'link',
  'writeFile',
  'copyFile',
  'chmod',
  'open',
  'utimes',
] as const;

export class Cut extends Error {}

/**
 * Runs `work` with the first `allowed` writing operations let through.
 * @returns how many there were, and whether it was cut
 */
export async function cutAfter(
  allowed: number,
  work: () => Promise<unknown>,
): Promise<{ count: number; cut: boolean }> {
  let count = 0;
  let dead = false;
  const promises = fs.promises as unknown as Record<string, (...args: unknown[]) => unknown>;
  const sync = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  const processes = childProcess as unknown as Record<string, (...args: unknown[]) => unknown>;
  const originals = WRITING.map((name) => [name, promises[name]!, sync[`${name}Sync`]!] as const);
  const strike = (name: string) => {
    if (dead || count >= allowed) {
      dead = true;
      throw new Cut(name);
    }
    count++;
  };
  const { spawn } = processes;
  for (const [name, original, originalSync] of originals) {
    promises[name] = async (...args) => {
      strike(name);
      return original.apply(fs.promises, args);
    };
    sync[`${name}Sync`] = (...args) => {
      strike(name);
      return originalSync.apply(fs, args);
    };
  }
  processes.spawn = (...args) => {
    if (dead) throw new Cut('spawn');
    return spawn!(...args);
  };
  syncBuiltinESMExports();
  try {
    await work();
  } catch (error) {
    if (!dead) throw error;
  } finally {
    for (const [name, original, originalSync] of originals) {
      promises[name] = original;
      sync[`${name}Sync`] = originalSync;
    }
    processes.spawn = spawn!;
    syncBuiltinESMExports();
  }
  return { count, cut: dead };
}
