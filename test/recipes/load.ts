// Loads recipes for tests: from the disk, or from texts that stand for files.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutorSpec } from '../../lib/core/executor-spec.ts';
import { type LoadOptions, loadRecipe, type Read } from '../../lib/recipe/load.ts';
import { executors as madeUp } from './registry.ts';

export const HERE = dirname(fileURLToPath(import.meta.url));

export const readDisk: Read = async (file, limit) => {
  try {
    const info = await stat(file);
    if (info.isDirectory()) return { problem: { kind: 'folder' } };
    if (info.size > limit) return { problem: { kind: 'too-large', limit } };
    return { bytes: await readFile(file) };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? { kind: 'missing' } : { kind: 'unreadable', detail: code } };
  }
};

export const load = (file: string, options: Partial<LoadOptions> = {}) =>
  loadRecipe(file, {
    executors: madeUp,
    read: readDisk,
    resolveNamed: (name) => (name === 'base' ? join(HERE, 'base.yaml') : null),
    shipped: ['base'],
    ...options,
  });

/** Loads `/r/main.yaml` out of texts by name; `base` is the recipe beside this file. */
export function loadText(
  files: string | Readonly<Record<string, string | Uint8Array>>,
  options: Partial<LoadOptions> = {},
) {
  const texts: Readonly<Record<string, string | Uint8Array>> =
    typeof files === 'string' ? { 'main.yaml': files } : files;
  const read: Read = async (file, limit) => {
    const name = file.replace('/r/', '');
    if (file.startsWith('/r/') && Object.hasOwn(texts, name)) {
      const text = texts[name]!;
      return { bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text };
    }
    return file.startsWith('/r/') ? { problem: { kind: 'missing' } } : readDisk(file, limit);
  };
  return load('/r/main.yaml', { read, ...options });
}

/** The mistakes of a recipe given as text, as `line:column message`. */
export async function mistakesOf(
  files: Parameters<typeof loadText>[0],
  options: { readonly executors?: readonly ExecutorSpec[]; readonly set?: NonNullable<LoadOptions['set']> } = {},
) {
  const loaded = await loadText(files, options);
  if (loaded.ok) return [];
  return loaded.failure.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
}
