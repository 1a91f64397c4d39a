// A word on the command line → a checked recipe, or its mistakes with their places.
import { open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { loadCatalogue, loadRecipe, type Read } from '../recipe/load.ts';
import { executors } from '../steps/index.ts';
import { frames } from '../view/frame.ts';
import type { CommandLine } from './arguments.ts';
import { findRecipe, SHIPPED, shippedRecipes } from './recipe-files.ts';

/** @param folders where a relative path is looked for, in this order */
export async function load(
  name: string,
  line: CommandLine,
  folders: readonly string[],
): Promise<Result<Recipe, Failure>> {
  const found = findRecipe(name, folders);
  if (!found.ok) return found;
  const set = [];
  for (const written of line.values.set ?? []) {
    const at = written.indexOf('=');
    if (at < 1) return fail(cliMessages.badValue({ option: '--set', value: written, expected: 'path=value' }));
    set.push({ path: written.slice(0, at), value: written.slice(at + 1), source: '--set' });
  }
  const loaded = await loadRecipe(found.value, {
    executors,
    read,
    set,
    shipped: shippedRecipes(),
    resolveNamed: (word, from) => {
      const parent = findRecipe(word, [dirname(from)]);
      return parent.ok ? parent.value : null;
    },
  });
  if (loaded.ok) return ok(loaded.value);
  const { diagnostics, ...failure } = loaded.failure;
  return fail(diagnostics.length === 0 ? failure : { ...failure, what: `${failure.what}\n\n${frames(diagnostics)}` });
}

/** The CLIs of the catalogue that comes with the program, each as a slot. */
export const catalogue = (): Promise<Recipe['slots']> =>
  loadCatalogue({ executors, read, resolveNamed: (word) => join(SHIPPED, `${word}.yaml`) });

const read: Read = async (file, limit) => {
  try {
    const facts = await stat(file);
    if (facts.isDirectory()) return { problem: { kind: 'folder' } };
    if (facts.size > limit) return { problem: { kind: 'too-large', limit } };
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(limit + 1), 0, limit + 1, 0);
      return { bytes: buffer.subarray(0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? { kind: 'missing' } : { kind: 'unreadable', detail: message } };
  }
};
